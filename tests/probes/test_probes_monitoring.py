"""Kinds prom and alerts: a server that answers as the test says, and the real ones where they are installed."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest

from fault_servers import Bench, Servers, own_port, running
from warroom.config.settings import SettingsError
from warroom.health.results import Level

pytest_plugins = ("probe_fixtures",)


def vector(*series: tuple[dict[str, str], str]) -> bytes:
    result = [{"metric": metric, "value": [1700000000.0, value]} for metric, value in series]
    return json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()


class TestProm:
    async def ask(self, bench: Bench, servers: Servers, body: bytes, options: str = "", status: str = "200 OK") -> Any:
        server = await servers.answer(body, status)
        must = "" if "must" in options or "should" in options else 'must = ["value == 1"]'
        result = await bench.run(f'prom = "{server.url()}"\nquery = \'up{{job="a b"}}\'\n{must}\n{options}')
        assert unquote(server.heard[0].split(b" ")[1].decode()) == '/api/v1/query?query=up{job="a b"}'
        return result

    async def test_one_series(self, bench: Bench, servers: Servers) -> None:
        result = await self.ask(bench, servers, vector(({"job": "a"}, "1")))
        assert (result.level, result.reason, result.values["value"]) == (Level.OK, "1", 1.0)
        assert ("query", 'up{job="a b"}') in result.evidence

    async def test_every_series_must_hold(self, bench: Bench, servers: Servers) -> None:
        body = vector(({"instance": "a:1"}, "1"), ({"instance": "b:1"}, "0"), ({"instance": "c:1"}, "NaN"))
        result = await self.ask(bench, servers, body)
        assert result.level is Level.CRIT
        assert result.reason == '{instance="b:1"} value == 1: got 0 (and 1 more)'
        assert ("failed", '{instance="c:1"} value == 1: got NaN') in result.evidence

    async def test_must_outweighs_should_over_all_series(self, bench: Bench, servers: Servers) -> None:
        body = vector(({"i": "a"}, "2"), ({"i": "b"}, "9"))
        result = await self.ask(bench, servers, body, 'must = ["value < 5"]\nshould = ["value < 1"]')
        assert (result.level, result.reason.split(":")[0]) == (Level.CRIT, '{i="b"} value < 5')

    @pytest.mark.parametrize(
        ("options", "level"),
        [("", Level.UNKNOWN), ('absent = "up"', Level.OK), ('absent = "down"', Level.CRIT)],
    )
    async def test_no_data_is_never_a_zero(self, bench: Bench, servers: Servers, options: str, level: Level) -> None:
        result = await self.ask(bench, servers, vector(), options)
        assert (result.level, result.reason) == (level, "the query gives no data")

    async def test_no_data_can_be_counted(self, bench: Bench, servers: Servers) -> None:
        result = await self.ask(bench, servers, vector(), 'must = ["count > 0"]')
        assert (result.level, result.reason) == (Level.CRIT, "count > 0: got 0")

    async def test_a_scalar(self, bench: Bench, servers: Servers) -> None:
        body = b'{"status": "success", "data": {"resultType": "scalar", "result": [1700000000, "+Inf"]}}'
        result = await self.ask(bench, servers, body, 'must = ["value > 1"]')
        assert (result.level, result.reason) == (Level.OK, "inf")

    @pytest.mark.parametrize(
        ("body", "status", "reason"),
        [
            (b'{"status": "error", "errorType": "bad_data", "error": "parse \x1b[2J"}', "400 Bad", "Prometheus: "),
            (b'{"status": "error", "errorType": "execution"}', "422 No", "Prometheus: status 422"),
            (b"<html>", "502 Bad Gateway", "Prometheus: 502 Bad Gateway, the body is not JSON"),
            (b"[]", "200 OK", "Prometheus: status 200"),
            (b'{"status": "success"}', "200 OK", "Prometheus: the answer is not one"),
            (
                b'{"status": "success", "data": {"resultType": "matrix", "result": []}}',
                "200 OK",
                "the query gives a matrix",
            ),
            (b'{"status": "success", "data": {"resultType": "vector", "result": [3]}}', "200 OK", "Prometheus: the"),
            (vector(([], "1")), "200 OK", "Prometheus: the answer is not one"),  # type: ignore[arg-type]
        ],
    )
    async def test_what_is_no_answer_says_nothing(
        self, bench: Bench, servers: Servers, body: bytes, status: str, reason: str
    ) -> None:
        result = await self.ask(bench, servers, body, status=status)
        assert result.level is Level.UNKNOWN
        assert result.reason.startswith(reason)
        assert "\x1b" not in result.reason

    async def test_nobody_there_says_nothing_of_what_is_watched(self, bench: Bench) -> None:
        with own_port() as port:
            result = await bench.run(f'prom = "http://127.0.0.1:{port}/p/"\nquery = "up"\nmust = ["value == 1"]')
        assert (result.level, result.reason) == (Level.UNKNOWN, "Prometheus: connection refused")

    async def test_too_many_series(self, bench: Bench, servers: Servers) -> None:
        result = await self.ask(bench, servers, vector(*(({"i": str(n)}, "1") for n in range(300))))
        assert (result.level, result.reason) == (Level.UNKNOWN, "the query gives 300 series; narrow it to 200")

    @pytest.mark.parametrize(
        ("service", "message"),
        [
            ('prom = "http://h/"', "prom needs a query"),
            ('prom = "http://h/"\nquery = "up"', "prom needs must"),
            ('prom = "http://h/"\nquery = "up"\nmust = []', "prom needs must"),
            ('prom = "http://h/"\nquery = "up"\nmust = ["value < 5%"]', "plain number"),
            ('prom = "http://h/"\nquery = "up"\nmust = ["value == 1"]\nabsent = "ok"', "must be one of"),
            ('alerts = "http://h/"\nmatch = ["severity"]', "is no matcher"),
        ],
    )
    def test_mistakes(self, bench: Bench, service: str, message: str) -> None:
        with pytest.raises(SettingsError) as caught:
            bench.build(f'[[service]]\nname = "x"\n{service}')
        assert message in str(caught.value)


class TestAlerts:
    async def test_what_fires_is_named(self, bench: Bench, servers: Servers) -> None:
        alert = {
            "labels": {"alertname": "DiskFull", "severity": "page", "instance": "a\x1b[2J"},
            "annotations": {"summary": "the disk is full"},
            "status": {"state": "active", "silencedBy": [], "inhibitedBy": []},
            "startsAt": "2026-11-21T19:40:00Z",
        }
        hidden = {**alert, "status": {"state": "suppressed"}}
        server = await servers.answer(json.dumps([alert, hidden, 3, {"labels": 5}]).encode())
        result = await bench.run(f'alerts = "{server.url()}"\nmatch = [\'severity=~"page|critical"\']')
        assert (result.level, result.reason) == (Level.CRIT, "2 firing: DiskFull, an alert without a name")
        shown = dict(result.evidence)
        told = [text for label, text in result.evidence if label == "alert"]
        assert told[0].startswith("DiskFull · instance=a␛[2J, severity=page · the disk is full · since 2026")
        assert shown["failed"] == "count == 0: got 2"
        path = unquote(server.heard[0].split(b" ")[1].decode())
        assert path.startswith("/api/v2/alerts?active=true&silenced=false&inhibited=false")
        assert 'filter=severity=~"page|critical"' in path

    async def test_nothing_fires(self, bench: Bench, servers: Servers) -> None:
        server = await servers.answer(b"[]")
        result = await bench.run(f'alerts = "{server.url()}"')
        assert (result.level, result.reason) == (Level.OK, "nothing fires")

    async def test_a_refused_filter_is_our_fault(self, bench: Bench, servers: Servers) -> None:
        server = await servers.answer(b'"bad matcher format: x"', "400 Bad Request")
        result = await bench.run(f"alerts = \"{server.url()}\"\nmatch = ['x=']")
        assert (result.level, result.reason) == (Level.UNKNOWN, "Alertmanager: bad matcher format: x")


@pytest.mark.skipif(shutil.which("prometheus") is None, reason="Prometheus is not installed")
async def test_a_real_prometheus(bench: Bench, servers: Servers, tmp_path: Path) -> None:
    target = await servers.answer(b"app_health 1\n", headers="Content-Type: text/plain\r\n")
    configuration = tmp_path / "prometheus.yml"
    configuration.write_text(
        "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
        f"scrape_configs: [{{job_name: backend, static_configs: [{{targets: ['127.0.0.1:{target.port}']}}]}}]\n"
    )
    with own_port() as port:
        listens = f"--web.listen-address=127.0.0.1:{port}"
        data = f"--storage.tsdb.path={tmp_path / 'data'}"
        async with running("prometheus", f"--config.file={configuration}", data, listens):
            base = f'prom = "http://127.0.0.1:{port}"\n'
            health = base + 'query = \'app_health{job="backend"}\'\nmust = ["value == 1"]'
            await bench.until_up(health)
            wrong = await bench.run(base + 'query = "up{"\nmust = ["value == 1"]')
            empty = await bench.run(base + 'query = "nothing_at_all"\nmust = ["value == 1"]')
            ranged = await bench.run(base + 'query = "up[5m]"\nmust = ["value == 1"]')
    assert wrong.level is Level.UNKNOWN
    assert "parse error" in wrong.reason
    assert (empty.level, empty.reason) == (Level.UNKNOWN, "the query gives no data")
    assert "matrix" in ranged.reason


@pytest.mark.skipif(shutil.which("prometheus-alertmanager") is None, reason="Alertmanager is not installed")
async def test_a_real_alertmanager(bench: Bench, tmp_path: Path) -> None:
    configuration = tmp_path / "am.yml"
    configuration.write_text("route: {receiver: nobody}\nreceivers: [{name: nobody}]\n")
    now = datetime.now(UTC)
    alert = {"labels": {"alertname": "Outage", "severity": "page"}, "annotations": {"summary": "it is down"}}
    with own_port() as port:
        url = f"http://127.0.0.1:{port}"
        options = (f"--config.file={configuration}", f"--storage.path={tmp_path / 'data'}", "--cluster.listen-address=")
        async with (
            running("prometheus-alertmanager", *options, f"--web.listen-address=127.0.0.1:{port}"),
            httpx.AsyncClient(base_url=url, trust_env=False, timeout=60) as client,
        ):
            service = f'alerts = "{url}"\n'
            await bench.until_up(service)
            (await client.post("/api/v2/alerts", json=[alert])).raise_for_status()
            firing = await bench.run(service)
            elsewhere = await bench.run(service + "match = ['severity=\"ticket\"']")
            wrong = await bench.run(service + "match = ['=x']")
            silence = {
                "matchers": [{"name": "alertname", "value": "Outage", "isRegex": False}],
                "startsAt": now.isoformat(),
                "endsAt": (now + timedelta(hours=1)).isoformat(),
                "createdBy": "test",
                "comment": "test",
            }
            (await client.post("/api/v2/silences", json=silence)).raise_for_status()
            await bench.until_up(service)
    assert (firing.level, firing.reason) == (Level.CRIT, "1 firing: Outage")
    assert dict(firing.evidence)["alert"].startswith("Outage · severity=page · it is down")
    assert elsewhere.level is Level.OK
    assert wrong.level is Level.UNKNOWN
