"""Real engines of containers for tests, Docker's and Podman's: each with a folder and a socket of its own."""

import asyncio
import os
import shutil
import subprocess
import tarfile
import tempfile
import time
from abc import ABC, abstractmethod
from pathlib import Path
from typing import ClassVar, Self

import pytest

PATIENCE = 60.0
_IMAGE = "localhost/bb:1"

# Podman's defaults ask for limits, networks and groups that a machine for tests need not have.
_CONTAINERS_CONF = """\
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
netns = "host"
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
"""


class Engine(ABC):
    """An engine that runs while the block lasts, with an image of busybox; nothing of it is left afterwards."""

    needed: ClassVar[tuple[str, ...]]
    network: ClassVar[str] = "none"
    removal: ClassVar[tuple[str, ...]] = ("rm", "-f")
    health_interval: ClassVar[str] = "100ms"

    def __init__(self) -> None:
        # Not pytest's folder: its path may be too long for a socket.
        self._folder = Path(tempfile.mkdtemp(prefix="engine-"))
        self.socket = self._folder / "s"
        self._environ = dict(os.environ)

    @classmethod
    def missing(cls) -> str:
        """Why it can't be started here; "" where it can."""
        if os.geteuid() == 0 and all(shutil.which(program) for program in cls.needed):
            return ""
        return f"needs root and {', '.join(cls.needed)}"

    @property
    @abstractmethod
    def client(self) -> tuple[str, ...]:
        """The engine's own command line, to which a command is added."""

    @property
    @abstractmethod
    def server(self) -> tuple[str, ...]:
        """What answers on the socket."""

    async def __aenter__(self) -> Self:
        log = self._folder / "log"
        with log.open("wb") as out:
            self._server = await asyncio.create_subprocess_exec(*self.server, stdout=out, stderr=out, env=self._environ)
        try:
            if not await self._comes_up():
                pytest.skip(f"needs a machine on which an engine starts: {_last_line(log)}")
            await self.call("import", str(self._archive()), _IMAGE)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end()

    @abstractmethod
    async def check_health(self, name: str) -> None:
        """See to it that the health check of a container has run."""

    async def start(self, name: str, *arguments: str, run: tuple[str, ...]) -> None:
        """Start a container of the image that runs `run`; `arguments` are for the engine."""
        await self.call("run", "-d", "--name", name, "--network", self.network, *arguments, _IMAGE, *run)

    async def call(self, *arguments: str, check: bool = True) -> str:
        """What the engine's command line says; "" where it fails and may."""
        program = await asyncio.create_subprocess_exec(
            *self.client,
            *arguments,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=self._environ,
        )
        out, errors = await program.communicate()
        assert not check or program.returncode == 0, errors.decode()
        return out.decode().strip() if program.returncode == 0 else ""

    async def _comes_up(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                while self._server.returncode is None:
                    if self.socket.exists() and await self.call("version", check=False):
                        return True
                    await asyncio.sleep(0.05)
        except TimeoutError:
            return False
        return False

    def _archive(self) -> Path:
        """A file system with a busybox in it."""
        busybox = shutil.which("busybox")
        assert busybox is not None
        archive = self._folder / "root.tar"
        with tarfile.open(archive, "w") as tar:
            tar.add(busybox, "bin/busybox")
            for name in ("sh", "sleep", "false"):
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "busybox"
                tar.addfile(link)
        return archive

    async def _end(self) -> None:
        names = (await self.call("ps", "-aq", check=False)).split()
        if names:
            await self.call(*self.removal, *names, check=False)
        if self._server.returncode is None:
            self._server.terminate()
        async with asyncio.timeout(30):
            await self._server.wait()
        await asyncio.to_thread(_clear_away, self._folder)


class Docker(Engine):
    """Docker's daemon; containers are started through it."""

    needed = ("dockerd", "docker", "containerd", "busybox")

    @property
    def client(self) -> tuple[str, ...]:
        return ("docker", "-H", f"unix://{self.socket}")

    @property
    def server(self) -> tuple[str, ...]:
        folder = self._folder
        return (
            *("dockerd", f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}"),
            *(f"--pidfile={folder / 'pid'}", f"--host=unix://{self.socket}", "--bridge=none", "--iptables=false"),
            *("--ip6tables=false", "--ip-forward=false", "--ip-masq=false", "--storage-driver=vfs"),
        )

    async def check_health(self, name: str) -> None:
        pass  # it does so by itself


class Podman(Engine):
    """Podman, which starts containers itself; a service answers on the socket."""

    needed = ("podman", "runc", "busybox")
    network = "host"
    removal = ("rm", "-f", "-t", "0")
    health_interval = "disable"

    def __init__(self) -> None:
        super().__init__()
        conf = self._folder / "containers.conf"
        conf.write_text(_CONTAINERS_CONF)
        self._environ["CONTAINERS_CONF"] = str(conf)

    @property
    def client(self) -> tuple[str, ...]:
        folder = self._folder
        return ("podman", "--root", f"{folder / 'data'}", "--runroot", f"{folder / 'run'}", "--storage-driver", "vfs")

    @property
    def server(self) -> tuple[str, ...]:
        return (*self.client, "system", "service", "--time=0", f"unix://{self.socket}")

    async def check_health(self, name: str) -> None:
        """By itself it does so by timers of systemd, which a machine for tests need not have."""
        await self.call("healthcheck", "run", name, check=False)


def _clear_away(folder: Path) -> None:
    """Takes a folder away with all that is mounted in it; what clears up behind a container may hold it for a while."""
    until = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < until:
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        for mount in sorted((one for one in mounts if one.startswith(str(folder))), reverse=True):
            subprocess.run(["umount", mount], check=False, capture_output=True)
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it says nothing"
