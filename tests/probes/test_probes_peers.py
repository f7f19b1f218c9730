"""The same faults seen by us, by blackbox exporter and by check_http: verdicts and certificate ends agree, or the
difference is written down here."""

import asyncio
import re
import shutil
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from fault_servers import Bench, Identity, Servers, own_port, running
from warroom.health.results import Level

pytest_plugins = ("probe_fixtures",)

CHECK_HTTP = Path("/usr/lib/nagios/plugins/check_http")
pytestmark = pytest.mark.skipif(
    shutil.which("prometheus-blackbox-exporter") is None or not CHECK_HTTP.exists(),
    reason="blackbox exporter or check_http is not installed",
)


@dataclass(frozen=True)
class Verdicts:
    """What each of the three says: whether it is up, by blackbox also when the certificate ends (seconds)."""

    ours: Level
    blackbox: bool
    plugin: int
    our_cert: float | None
    blackbox_cert: float | None


@asynccontextmanager
async def blackbox(
    folder: Path, ca: Path | None, seconds: int
) -> AsyncIterator[Callable[[str], "asyncio.Future[str]"]]:
    trust = f", tls_config: {{ca_file: {ca}}}" if ca else ""
    configuration = folder / "blackbox.yml"
    http = f"{{preferred_ip_protocol: ip4{trust}}}"
    configuration.write_text(f"modules: {{m: {{prober: http, timeout: {seconds}s, http: {http}}}}}\n")
    command = "prometheus-blackbox-exporter"
    with own_port() as port:
        async with (
            running(command, f"--config.file={configuration}", f"--web.listen-address=127.0.0.1:{port}"),
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
        ):
            async with asyncio.timeout(60):
                while not await _ready(client):  # noqa: ASYNC110  # another program has its own pace
                    await asyncio.sleep(0.03)

            async def metrics(target: str) -> str:
                return (await client.get("/probe", params={"module": "m", "target": target})).text

            yield lambda target: asyncio.ensure_future(metrics(target))


async def _ready(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/-/healthy")).is_success
    except httpx.TransportError:
        return False


async def plugin(url: httpx.URL, seconds: int) -> int:
    secure = ["--ssl", "--sni"] if url.scheme == "https" else []
    where = ["-H", url.host, "-I", "127.0.0.1", "-p", str(url.port), "-u", url.path, "-t", str(seconds)]
    program = await asyncio.create_subprocess_exec(
        str(CHECK_HTTP), *where, *secure, "-f", "follow", "-e", "HTTP/1.1 2", stdout=asyncio.subprocess.DEVNULL
    )
    return await program.wait()


def figure(name: str, metrics: str) -> float | None:
    found = re.search(rf"^{name} (\S+)$", metrics, re.MULTILINE)
    return float(found[1]) if found else None


async def ask_all(
    bench: Bench, folder: Path, url: str, ca: Path | None = None, *, seconds: int = 30, peers: int = 0
) -> Verdicts:
    """Each has `seconds` for it, the two peers as many as `peers` says."""
    peers = peers or seconds
    trust = f'ca = "{ca}"\n' if ca else ""
    trust += 'should = ["cert > 0d"]\n' if url.startswith("https") else ""
    async with blackbox(folder, ca, peers) as metrics_of:
        ours, metrics, code = await asyncio.gather(
            bench.run(f'http = "{url}"\ntimeout = "{seconds}s"\nredirects = "any"\n{trust}'),
            metrics_of(url),
            plugin(httpx.URL(url), peers),
        )
    ends = figure("probe_ssl_earliest_cert_expiry", metrics)
    assert figure("probe_duration_seconds", metrics) is not None, metrics
    return Verdicts(ours.level, figure("probe_success", metrics) == 1.0, code, ours.values.get("cert"), ends)


@pytest.mark.parametrize(
    ("status", "headers", "up"),
    [("200 OK", "", True), ("204 No Content", "", True), ("404 Not Found", "", False), ("503 Busy", "", False)],
)
async def test_status_codes(
    bench: Bench, servers: Servers, tmp_path: Path, status: str, headers: str, up: bool
) -> None:
    server = await servers.answer(b"" if status.startswith("204") else b"x", status, headers)
    found = await ask_all(bench, tmp_path, server.url("/health", host="localhost"))
    assert (found.ours is Level.OK, found.blackbox, found.plugin == 0) == (up, up, up)


async def test_silence(bench: Bench, servers: Servers, tmp_path: Path) -> None:
    async def nothing(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    server = await servers.start(nothing)
    found = await ask_all(bench, tmp_path, server.url(host="localhost"), seconds=1)
    assert (found.ours, found.blackbox, found.plugin) == (Level.CRIT, False, 2)


async def test_a_dripping_head(bench: Bench, servers: Servers, tmp_path: Path) -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.1)

    server = await servers.start(drip)
    found = await ask_all(bench, tmp_path, server.url(host="localhost"), seconds=1)
    assert (found.ours, found.blackbox) == (Level.CRIT, False)
    assert found.plugin == 2


ENDLESS = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
LOOP = b"HTTP/1.1 302 Found\r\nLocation: /health\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.mark.parametrize(
    ("said", "goes_on", "ours", "blackbox", "plugin"),
    [
        pytest.param(b"SSH-2.0-dropbear\r\n", b"", Level.CRIT, False, 2, id="not HTTP"),
        pytest.param(LOOP, b"", Level.CRIT, False, 2, id="a loop of redirects"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort",
            b"",
            *(Level.CRIT, False, 0),
            id="a body cut short, which check_http takes for whole",
        ),
        pytest.param(
            ENDLESS,
            b"x" * 65536,
            *(Level.OK, False, 2),
            id="a body without end, of which we read no more than 64 KiB",
        ),
    ],
)
async def test_faults_of_the_answer(
    bench: Bench,
    servers: Servers,
    tmp_path: Path,
    said: bytes,
    goes_on: bytes,
    ours: Level,
    blackbox: bool,
    plugin: int,
) -> None:
    async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(said)
        await writer.drain()
        while goes_on:
            writer.write(goes_on)
            await writer.drain()

    server = await servers.start(behave)
    found = await ask_all(bench, tmp_path, server.url("/health", host="localhost"), peers=1 if goes_on else 0)
    assert (found.ours, found.blackbox, found.plugin) == (ours, blackbox, plugin)


async def test_an_expired_certificate(
    bench: Bench, servers: Servers, tmp_path: Path, identity: Callable[..., Identity]
) -> None:
    """check_http tells when asked for the certificate alone, by -C; else it does not look at it."""
    expired = identity(days=-1)
    server = await servers.answer(context=expired.context())
    found = await ask_all(bench, tmp_path, server.url(host="localhost", scheme="https"), expired.path)
    assert (found.ours, found.blackbox, found.plugin) == (Level.CRIT, False, 0)


async def test_a_refused_connection(bench: Bench, tmp_path: Path) -> None:
    with own_port() as port:
        found = await ask_all(bench, tmp_path, f"http://localhost:{port}/")
    assert (found.ours, found.blackbox, found.plugin) == (Level.CRIT, False, 2)


async def test_a_good_certificate_ends_at_the_same_second(
    bench: Bench, servers: Servers, tmp_path: Path, identity: Callable[..., Identity]
) -> None:
    server = await servers.answer(context=identity().context())
    began = time.time()
    found = await ask_all(bench, tmp_path, server.url(host="localhost", scheme="https"), identity().path)
    assert (found.ours, found.blackbox, found.plugin) == (Level.OK, True, 0)
    assert found.our_cert is not None
    assert found.blackbox_cert is not None
    assert began - 1 <= found.blackbox_cert - found.our_cert <= time.time() + 1


async def test_an_unknown_issuer_and_the_one_difference(
    bench: Bench, servers: Servers, tmp_path: Path, identity: Callable[..., Identity]
) -> None:
    """check_http 2.3 does not verify certificates at all, so that it calls up what the two others refuse."""
    server = await servers.answer(context=identity().context())
    found = await ask_all(bench, tmp_path, server.url(host="localhost", scheme="https"))
    assert (found.ours, found.blackbox) == (Level.CRIT, False)
    assert found.plugin == 0


async def test_a_plugin_is_read_as_it_means(bench: Bench, servers: Servers) -> None:
    server = await servers.answer(b"x", "404 Not Found")
    arguments = f"'-H', 'localhost', '-I', '127.0.0.1', '-p', '{server.port}'"
    warned = await bench.run(f"cmd = ['{CHECK_HTTP}', {arguments}]\nshould = ['perf.time < 60s', 'perf.size > 1B']")
    assert warned.level is Level.WARN
    assert warned.reason.startswith("HTTP WARNING: HTTP/1.1 404 Not Found")
    wrong = await bench.run(f"cmd = ['{CHECK_HTTP}', '--nonsense']")
    assert wrong.level is Level.UNKNOWN
