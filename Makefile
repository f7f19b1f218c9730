# make run opens the war room, make test runs the tests; each sets up .venv by itself.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: help run test check cover mutate format bench docs picture clean
.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(VENV)/.run: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	@touch $@

run: $(VENV)/.run  ## open the war room (ARGS="demo" and so on are passed on)
	@$(BIN)/warroom $(ARGS)

test: $(VENV)/.dev  ## run all tests (ARGS="-k board" and so on are passed on)
	$(BIN)/python -m pytest -n auto $(ARGS)

# vulture looks at the package alone first, as what only tests use is dead; symilar tells of more lines than it is given.
check: $(VENV)/.dev  ## ruff, mypy --strict, layers, dead code, copies of twelve lines
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/vulture
	$(BIN)/vulture warroom tests benchmarks docs
	$(BIN)/symilar -d 11 $$(find warroom benchmarks docs -name '*.py') | awk '{ print } /similar lines in/ { copied = 1 } END { exit copied }'

cover: $(VENV)/.dev  ## run all tests, and say which lines and branches of the package they do not reach
	mkdir -p build/coverage
	$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -n auto $(ARGS)
	$(BIN)/coverage combine --quiet
	$(BIN)/python -m tests.cover

$(VENV)/.mutate: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev,mutate]'
	@touch $@

mutate: $(VENV)/.mutate  ## break incident/, health/ and files/ in small ways, and count what their tests notice
	$(BIN)/python -m tests.mutate $(ARGS)

format: $(VENV)/.dev  ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(VENV)/.dev  ## run every benchmark, write benchmarks/RESULTS.md and what the README quotes of it
	$(BIN)/python -m benchmarks
	$(BIN)/python -m docs.made

# Not --quiet: it takes warnings away before --strict has seen them.
docs: $(VENV)/.dev  ## write what follows from the code into the pages; build them into build/site
	$(BIN)/python -m docs.made
	$(BIN)/mkdocs build --strict

picture: $(VENV)/.dev  ## draw the pictures of the documentation from the running program
	$(BIN)/python -m docs.made.pictures

clean:  ## remove what the other targets made
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .hypothesis
