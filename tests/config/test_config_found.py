"""Services as they are found in compose and Prometheus files, and the configuration made of them."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warroom.config.found import Found, FoundError, configuration, from_compose, from_prometheus, look
from warroom.config.settings import Settings, read
from warroom.probes.build import build
from warroom.probes.resources import Resources


def settings_of(text: str) -> Settings:
    settings = read(text.encode(), Path("warroom.toml"))
    build(settings, Resources(os.environ))
    return settings


@pytest.mark.parametrize(
    ("port", "address"),
    [
        ("8080:80", "localhost:8080"),
        ("127.0.0.1:8001:80/tcp", "127.0.0.1:8001"),
        ("0.0.0.0:8001:80", "localhost:8001"),
        ("[::1]:8001:80", "[::1]:8001"),
        ("3000-3005:3000-3005", "localhost:3000"),
        ("${PORT:-9000}:80", "localhost:9000"),
        ({"target": 80, "published": "8080"}, "localhost:8080"),
        ({"target": 80, "published": 8080, "host_ip": "10.0.0.1"}, "10.0.0.1:8080"),
        ("53:53/udp", ""),
        ("80", ""),
        (80, ""),
        ("${PORT}:80", ""),
        ("99999:80", ""),
        ({"target": 80}, ""),
        (None, ""),
    ],
)
def test_a_published_port_is_where_to_look(port: object, address: str) -> None:
    (found,) = from_compose({"services": {"web": {"ports": [port]}}}, "My Shop")
    assert (found.kind, found.target) == (("tcp", address) if address else ("container", "myshop-web-1"))


def test_what_does_not_start_by_default_is_left_out_of_services_and_needs() -> None:
    data = {
        "name": "shop",
        "services": {
            "web": {"depends_on": {"api": {}, "debug": {}}},
            "api": {"container_name": "the-api", "depends_on": ["db"]},
            "debug": {"profiles": ["debug"]},
            "db": None,
        },
    }
    assert list(from_compose(data, "x")) == [
        Found("web", "container", "shop-web-1", {"needs": ["api"]}),
        Found("api", "container", "the-api", {"needs": ["db"]}),
        Found("db", "container", "shop-db-1"),
    ]


@pytest.mark.parametrize(
    ("name", "container"),
    [
        ("${STAGE:-test}_db", "test_db"),
        ("${STAGE}_db", ""),
        ("db_$STAGE", ""),
        ("my db", ""),
        ("-db", ""),
        (7, "7"),
    ],
)
def test_a_container_whose_name_is_not_known_here_is_left_out_of_services_and_needs(
    name: object, container: str
) -> None:
    data = {"services": {"db": {"container_name": name}, "web": {"ports": ["80:80"], "depends_on": ["db"]}}}
    *db, web = from_compose(data, "shop")
    assert db == ([Found("db", "container", container)] if container else [])
    assert web == Found("web", "tcp", "localhost:80", {"needs": ["db"]} if container else {})


def test_jobs_are_asked_of_prometheus_where_it_says_it_is() -> None:
    jobs = [
        {"job_name": "prometheus", "static_configs": [{"targets": ["prom.example:9091"]}]},
        {"job_name": 'a "b"'},
        {"nameless": 1},
    ]
    first, second = from_prometheus({"scrape_configs": jobs})
    assert first.target == second.target == "http://prom.example:9091"
    assert second.more["query"] == 'min(up{job="a \\"b\\""})'
    assert next(iter(from_prometheus({"scrape_configs": jobs[1:]}))).target == "http://localhost:9090"
    settings_of(configuration([first, second]))


def test_files_are_looked_for_where_people_keep_them(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text("services: {old: {}}")
    (tmp_path / "compose.yaml").write_text("services: {new: {image: !reset null}}")
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "prometheus.yml").write_text("scrape_configs: [{job_name: new}]")
    sources, found, _ = look(tmp_path)
    assert [source.name for source in sources] == ["compose.yaml", "prometheus.yml"]
    assert [service.name for service in found] == ["new", "new (scraped)"]
    settings = settings_of(configuration(found, ("compose.yaml",)))
    assert [service.name for service in settings.services] == ["new", "new (scraped)"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("services:\n  a: [", "compose.yaml:2: is not YAML"),
        ("services:\n\tx: 1", "compose.yaml:2: is not YAML"),
        ("\0", "compose.yaml: is not YAML"),
        ("[" * 1000, "compose.yaml: is not YAML"),
        ("#" * (1 << 20) + "\n", "is larger than 1 MiB"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "compose.yaml").write_text(text)
    with pytest.raises(FoundError) as raised:
        look(tmp_path)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_with_nothing_found_every_example_is_valid_once_uncommented() -> None:
    text = configuration([])
    assert settings_of(text).services == ()
    uncommented = "\n".join(
        line.removeprefix("# ") if line.startswith(("# [[", "# timezone", "# theme")) or " = " in line else line
        for line in text.splitlines()
    )
    assert [service.name for service in settings_of(uncommented).services] == ["api", "database", "disk"]


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["services", "name", "scrape_configs"]), anything))
def test_a_file_of_any_shape_is_no_crash(data: dict[str, object]) -> None:
    list(from_compose(data, "x"))
    list(from_prometheus(data))


names = st.text("abcXYZ019_.-", min_size=1, max_size=12).filter(str.isalnum)


@given(
    st.dictionaries(
        names,
        st.fixed_dictionaries(
            {}, optional={"ports": st.lists(st.from_regex(r"[0-9]{1,5}:[0-9]{1,4}", fullmatch=True), max_size=2)}
        ),
        max_size=4,
    )
)
def test_what_compose_takes_makes_a_valid_configuration(services: dict[str, object]) -> None:
    found = list(from_compose({"services": services}, "Shop"))
    assert [service.name for service in settings_of(configuration(found)).services] == list(services)
