"""Servers on free loopback ports that behave as badly as real ones do, and probes built from a configuration."""

import asyncio
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psutil

from warroom.config.settings import read
from warroom.health.results import Level, Result
from warroom.probes import Resources, build
from warroom.probes.probe import CheckProbe
from warroom.probes.resolver import Resolver

Behave = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Server:
    """A listening socket; `heard` holds what each connection sent, as far as it was read."""

    port: int
    heard: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


class Servers:
    """Starts servers and ends them all."""

    def __init__(self) -> None:
        self._servers: list[asyncio.Server] = []
        self._tasks: set[asyncio.Task[object]] = set()

    async def start(self, behave: Behave, context: ssl.SSLContext | None = None) -> Server:
        """A server that runs `behave` for each connection, after the head of a request has been read."""
        server = Server(0)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
                server.heard.append(await reader.readuntil(b"\r\n\r\n"))
                await behave(reader, writer)
            with suppress(OSError):
                writer.transport.abort()
            self._tasks.discard(task)

        listening = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
        self._servers.append(listening)
        server.port = listening.sockets[0].getsockname()[1]
        return server

    async def raw(self, behave: Behave) -> Server:
        """A server that runs `behave` at once, for protocols in which the server speaks first."""
        server = Server(0)

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            with suppress(OSError, asyncio.CancelledError):
                await behave(reader, writer)
            writer.transport.abort()
            self._tasks.discard(task)

        listening = await asyncio.start_server(serve, "127.0.0.1", 0)
        self._servers.append(listening)
        server.port = listening.sockets[0].getsockname()[1]
        return server

    async def answer(
        self, body: bytes = b"ok", status: str = "200 OK", headers: str = "", context: ssl.SSLContext | None = None
    ) -> Server:
        """A server that gives one answer to everything."""

        async def behave(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
            writer.write(head.encode("latin-1") + body)
            await writer.drain()

        return await self.start(behave, context)

    async def close(self) -> None:
        for server in self._servers:
            server.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Bench:
    """Builds probes from TOML and runs them."""

    environ: Mapping[str, str]
    resolver: Resolver

    def build(self, toml: str) -> tuple[CheckProbe, ...]:
        settings = read(toml.encode(), Path("warroom.toml"))
        return build(settings, Resources(self.environ, self.resolver))

    async def until_up(self, toml: str) -> None:
        """Look again and again until the service `x` is up."""
        async with asyncio.timeout(60):
            while (await self.run(toml)).level is not Level.OK:  # noqa: ASYNC110  # another program has its own pace
                await asyncio.sleep(0.03)

    async def run(self, toml: str) -> Result:
        """The result of one look at the service `x`, whose other keys are `toml`; a busy machine has time for it."""
        (probe,) = self.build(f'[defaults]\ntimeout = "60s"\n[[service]]\nname = "x"\n{toml}')
        return await probe.run(datetime.now(UTC))

    async def too_late(self, toml: str, far_enough: Callable[[Result], object]) -> Result:
        """The result of a look that ends at its deadline: a short one, or one that lets it come `far_enough`."""
        for seconds in (0.1, 1, 10):
            result = await self.run(f'timeout = "{seconds}s"\n{toml}')
            if far_enough(result):
                break
        return result


@dataclass(frozen=True)
class Identity:
    """A certificate on disk, and contexts that use it."""

    path: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path)
        return context


def make_certificate(path: Path, names: str, span: list[str], subject: str) -> None:
    """A self-signed certificate and its key in one PEM file."""
    key, request, certificate = path.with_suffix(".key"), path.with_suffix(".csr"), path.with_suffix(".crt")
    extensions = path.with_suffix(".ext")
    extensions.write_text(f"[v3]\nsubjectAltName={names}\nbasicConstraints=critical,CA:TRUE\n")
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", *curve, "-keyout", str(key), "-out", str(request), "-subj", subject)
    if span[0] == "-days":
        sign = ["x509", "-req", "-in", str(request), "-signkey", str(key), *span]
        openssl(*sign, "-extfile", str(extensions), "-extensions", "v3", "-out", str(certificate))
    else:
        database = path.with_suffix(".db")
        database.write_text("")
        folder = path.with_suffix(".certs")
        folder.mkdir()
        configuration = path.with_suffix(".cnf")
        configuration.write_text(
            f"[ca]\ndefault_ca=d\n[d]\ndatabase={database}\nnew_certs_dir={folder}\nrand_serial=yes\n"
            f"default_md=sha256\npolicy=p\nunique_subject=no\n[p]\ncommonName=supplied\n"
        )
        begins, ends = span[1], span[3]
        sign = ["ca", "-batch", "-config", str(configuration), "-selfsign", "-keyfile", str(key), "-in", str(request)]
        sign += ["-startdate", begins, "-enddate", ends, "-extfile", str(extensions), "-extensions", "v3"]
        openssl(*sign, "-notext", "-out", str(certificate))
    path.write_text(key.read_text() + certificate.read_text())


def openssl(*arguments: str) -> None:
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@contextmanager
def own_port() -> Iterator[int]:
    """A port of loopback that nobody else can get while the block lasts; it refuses until somebody listens on it."""
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as whoever is to listen on it sets it too
        sock.bind(("127.0.0.1", 0))
        yield sock.getsockname()[1]


async def gone(pid: int) -> None:
    """Waits until a process has ended."""
    async with asyncio.timeout(60):
        while _runs(pid):  # noqa: ASYNC110  # only its parent is told
            await asyncio.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@asynccontextmanager
async def running(*command: str) -> AsyncIterator[None]:
    """A program that runs while the block lasts."""
    program = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield
        assert program.returncode is None
    finally:
        if program.returncode is None:
            program.kill()
        await program.wait()
