"""A theme's own template, in a part of Jinja2 small enough to be bounded: checked when read, run in the sandbox.

A template fills blocks of the document and loops over its entries and actions. It calls nothing, computes nothing and
joins nothing, so that no line of it makes much out of little; what is left to multiply, loops and output, is counted.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from types import TracebackType
from typing import Any, Final

from jinja2 import FunctionLoader, StrictUndefined, TemplateError, TemplateRuntimeError, TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from warroom.text import clean, clean_line
from warroom.voice.theme import SECTIONS, Template, ThemeError

DOCUMENT: Final = "document"
"""What a template extends: the document as it is without it."""
BLOCKS: Final = ("title", *SECTIONS, "footnote")
TEXTS: Final = ("title", "severity", "status", "duration", "services", "audience", "humour")
TABLES: Final[Mapping[str, tuple[str, ...]]] = {"heading": BLOCKS, "told": BLOCKS}
LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "entries": ("time", "label", "told", "kind", "mark", "by"),
    "actions": ("title", "told", "type", "priority", "owner", "due", "status", "link"),
}
_LOOP: Final = ("index", "first", "last", "length")
_FILTERS: Final = ("capitalize", "default", "length", "lower", "title", "trim", "upper")
_WAYS: Final = {"entries": "loop over it: for entry in entries", "actions": "loop over it: for action in actions"}
_SIMPLE: Final = (
    nodes.Output,
    nodes.TemplateData,
    nodes.Const,
    nodes.If,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.CondExpr,
)
_DEEPEST: Final = 20
_STEPS: Final = 4_000_000
"""What all turns of loops may do, in nodes of the template, and filters, by the characters they read."""
_BREAK: Final = "\x1e"
"""Stands between the blocks of a document; no cleaned text has it."""

_Scope = Mapping[str, tuple[str, ...]]


def check(template: Template) -> dict[str, int]:
    """The line on which each block of the template begins; ThemeError for whatever could not be run."""
    environment = _environment(_Budget(0))
    try:
        tree = environment.parse(template.source, filename=template.path)
        lines = _Walk(template).blocks(tree)
        environment.compile(template.source, filename=template.path)
    except ThemeError:
        raise
    except TemplateSyntaxError as error:
        raise _error(template, error.lineno, error.message or "cannot be read") from None
    except (TemplateError, RecursionError, SyntaxError, ValueError, OverflowError) as error:
        raise _error(template, 0, f"cannot be read: {error}") from None
    return lines


def run(template: Template, names: Sequence[str], context: Mapping[str, Any], most: int) -> dict[str, str]:
    """What the template makes of each of the blocks `names`; ThemeError where it fails or makes more than `most`.

    Of `context`, lists are counted while they are looped over. Each block's own text is `whole` of the context.
    """
    budget = _Budget(_STEPS)
    base = _BREAK.join(f"{{% block {name} %}}{{{{ whole.{name} }}}}{{% endblock %}}" for name in names)
    environment = _environment(budget, {DOCUMENT: (base, None), "own": (template.source, template.path)})
    turn = _heaviest_turn(environment.parse(template.source))
    counted = {key: _Counted(value, budget, turn) if key in LISTS else value for key, value in context.items()}
    made: list[str] = []
    size = 0
    try:
        for chunk in environment.get_template("own").generate(counted):
            made.append(chunk)
            size += len(chunk)
            if size > most:
                raise TemplateRuntimeError(f"makes more than {most} characters of this document")
    except (TemplateError, RecursionError, TypeError) as error:  # TypeError: texts and numbers compared
        raise _error(template, _line(error.__traceback__, template.path), str(error) or "nested too deeply") from None
    blocks = "".join(made).split(_BREAK)
    if len(blocks) != len(names):
        raise _error(template, 0, "prints a control character; leave it out")
    return dict(zip(names, map(clean, blocks), strict=True))


def _error(template: Template, line: int, reason: str) -> ThemeError:
    return ThemeError(template.path, line, clean_line(reason).rstrip("."))


def _line(trace: TracebackType | None, path: str) -> int:
    """The line of the template that was run last; Jinja2 writes its lines into the traceback."""
    line = 0
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == path:
            line = trace.tb_lineno
        trace = trace.tb_next
    return line


class _Budget:
    """So many steps, in one run of a template, and none more."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        self.left -= steps
        if self.left < 0:
            raise TemplateRuntimeError("loops longer than any document needs")


def _heaviest_turn(tree: nodes.Template) -> int:
    """The nodes of the longest loop body: the most that one turn can do. A loop within it pays for its own turns."""
    return max((sum(1 for _ in _within(loop)) for loop in tree.find_all(nodes.For)), default=1)


def _within(node: nodes.Node) -> Iterator[nodes.Node]:
    for child in node.iter_child_nodes():
        yield child
        if not isinstance(child, nodes.For):
            yield from _within(child)


class _Counted:
    """A list that is paid for turn by turn."""

    def __init__(self, items: Sequence[Mapping[str, str]], budget: _Budget, turn: int) -> None:
        self._items, self._budget, self._turn = items, budget, turn

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Mapping[str, str]]:
        for item in self._items:
            self._budget.spend(self._turn)
            yield item


def _environment(
    budget: _Budget, sources: Mapping[str, tuple[str, str | None]] | None = None
) -> ImmutableSandboxedEnvironment:
    held = sources or {}

    def load(name: str) -> tuple[str, str | None, Callable[[], bool] | None] | None:
        return (*held[name], None) if name in held else None

    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(load),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.clear()
    environment.filters = {name: _paid(environment.filters[name], budget) for name in _FILTERS}
    return environment


def _paid(told: Callable[..., Any], budget: _Budget) -> Callable[..., Any]:
    def paid(value: Any, *arguments: Any) -> Any:
        budget.spend(10 + (len(value) // 10 if isinstance(value, str) else 0))
        return told(value, *arguments)

    return paid


def _printable(value: Any) -> Any:
    if isinstance(value, (str, int, StrictUndefined)):
        return value
    raise TemplateRuntimeError("prints a table or a list; name what is in it, or loop over it")


class _Walk:
    """Goes through a template once, before it is ever run, and refuses what is not meant for one, with its line."""

    def __init__(self, template: Template) -> None:
        self._template = template

    def blocks(self, tree: nodes.Template) -> dict[str, int]:
        found: dict[str, int] = {}
        extended = [node.template for node in tree.body if isinstance(node, nodes.Extends)]
        if len(extended) != 1 or not isinstance(extended[0], nodes.Const) or extended[0].value != DOCUMENT:
            raise _error(self._template, 1, f'begin it with {{% extends "{DOCUMENT}" %}} and fill blocks of that')
        for node in tree.body:
            if isinstance(node, nodes.Block):
                self._known(node, node.name, BLOCKS, "block ")
                found[node.name] = node.lineno
                for child in node.body:
                    self._walk(child, {**dict.fromkeys(TEXTS, ()), **TABLES, **LISTS}, 0)
            elif not (isinstance(node, nodes.Extends) or (isinstance(node, nodes.Output) and self._blank(node))):
                raise self._error(node, "stands outside of a block, where nothing is shown; move it into one")
        return found

    def _blank(self, node: nodes.Output) -> bool:
        return all(isinstance(child, nodes.TemplateData) and not child.data.strip() for child in node.nodes)

    def _error(self, node: nodes.Node, reason: str) -> ThemeError:
        return _error(self._template, node.lineno, reason)

    def _known(self, node: nodes.Node, name: str, known: Sequence[str], what: str) -> None:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            hint = f"do you mean {near[0]}?" if near else f"known here: {', '.join(known)}"
            raise self._error(node, f"there is no {what}{name}; {hint}")

    def _walk(self, node: nodes.Node, scope: _Scope, depth: int) -> None:
        if depth > _DEEPEST:
            raise self._error(node, "is nested too deeply")
        match node:
            case nodes.Name():
                self._known(node, node.name, tuple(scope), "name ")
            case nodes.Getattr(node=nodes.Name() as owner):
                self._walk(owner, scope, depth)
                self._part(node, owner.name, scope)
            case nodes.Output():
                for printed in node.nodes:
                    if not _is_super(printed):
                        self._walk(printed, scope, depth + 1)
            case nodes.For():
                self._loop(node, scope, depth)
            case nodes.Filter(node=nodes.Expr() as filtered):
                self._filter(node)
                self._walk(filtered, scope, depth + 1)
            case nodes.CondExpr(expr2=None):
                raise self._error(node, "an if within a line needs its else")
            case nodes.Compare():
                self._compare(node, scope, depth)
            case _ if isinstance(node, _SIMPLE):
                for child in node.iter_child_nodes():
                    self._walk(child, scope, depth + 1)
            case _:
                named = type(node).__name__.lower()
                raise self._error(node, f"{named} is not for templates; print what there is, with if and for alone")

    def _part(self, node: nodes.Getattr, owner: str, scope: _Scope) -> None:
        if not scope[owner] or owner in LISTS:
            raise self._error(node, f"{owner} has no parts; {_WAYS.get(owner, 'print it as it is')}")
        self._known(node, node.attr, scope[owner], f"{owner}.")

    def _filter(self, node: nodes.Filter) -> None:
        self._known(node, node.name, _FILTERS, "filter ")
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not _all_const(node.args):
            raise self._error(node, f"{node.name} takes plain values alone")

    def _loop(self, node: nodes.For, scope: _Scope, depth: int) -> None:
        over, target = node.iter, node.target
        if not (isinstance(over, nodes.Name) and over.name in LISTS) or node.recursive:
            raise self._error(node, f"loop over {' or '.join(LISTS)}")
        if not isinstance(target, nodes.Name) or target.name in scope or target.name == "loop":
            raise self._error(node, "a loop needs a name of its own for what it is at, as in: for entry in entries")
        inside = {**scope, target.name: LISTS[over.name], "loop": _LOOP}
        for child in node.body:
            self._walk(child, inside, depth + 1)
        if node.test is not None:
            self._walk(node.test, {name: parts for name, parts in inside.items() if name != "loop"}, depth + 1)
        for child in node.else_:
            self._walk(child, scope, depth + 1)

    def _compare(self, node: nodes.Compare, scope: _Scope, depth: int) -> None:
        self._walk(node.expr, scope, depth + 1)
        for operand in node.ops:
            if operand.op in ("in", "notin"):
                if not (isinstance(operand.expr, (nodes.List, nodes.Tuple)) and _all_const(operand.expr.items)):
                    raise self._error(node, 'in looks into a list of texts alone, as in: kind in ["action", "command"]')
            else:
                self._walk(operand.expr, scope, depth + 1)


def _is_super(node: nodes.Node) -> bool:
    """Whether this prints what the block holds without the template; within anything else it could be made twice."""
    return (
        isinstance(node, nodes.Call)
        and isinstance(node.node, nodes.Name)
        and node.node.name == "super"
        and not (node.args or node.kwargs or node.dyn_args or node.dyn_kwargs)
    )


def _all_const(items: Sequence[nodes.Node]) -> bool:
    return all(isinstance(item, nodes.Const) for item in items)
