"""Kind container against a real Docker engine, where one can be started: as root, with dockerd and busybox."""

import asyncio
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from fault_servers import Bench
from warroom.health.results import Level

pytest_plugins = ("probe_fixtures",)

_NEEDED = ("dockerd", "docker", "containerd", "busybox")
pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or any(shutil.which(program) is None for program in _NEEDED),
    reason=f"needs root and {', '.join(_NEEDED)}",
)
_PATIENCE = 20.0


@pytest_asyncio.fixture
async def engine() -> AsyncIterator[Path]:
    """The socket of an engine of our own, without networks, with an image `bb`; everything is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="engine-"))
    socket = folder / "s"
    options = [
        *(f"--data-root={folder / 'data'}", f"--exec-root={folder / 'exec'}", f"--pidfile={folder / 'pid'}"),
        *(f"--host=unix://{socket}", "--bridge=none", "--iptables=false", "--ip6tables=false"),
        *("--ip-forward=false", "--ip-masq=false", "--storage-driver=vfs"),
    ]
    with (folder / "log").open("wb") as log:
        daemon = await asyncio.create_subprocess_exec("dockerd", *options, stdout=log, stderr=log)
    try:
        if not await _comes_up(socket, daemon):
            pytest.skip(f"needs a machine on which an engine starts: {_last_line(folder / 'log')}")
        await _import_image(folder, socket)
        yield socket
    finally:
        names = (await docker(socket, "ps", "-aq", check=False)).split()
        if names:
            await docker(socket, "rm", "-f", *names, check=False)
        if daemon.returncode is None:
            daemon.terminate()
        async with asyncio.timeout(30):
            await daemon.wait()
        _unmount_below(folder)
        shutil.rmtree(folder, ignore_errors=True)


async def _comes_up(socket: Path, daemon: asyncio.subprocess.Process) -> bool:
    try:
        async with asyncio.timeout(_PATIENCE):
            while daemon.returncode is None:
                if await docker(socket, "version", "--format", "{{.Server.Version}}", check=False):
                    return True
                await asyncio.sleep(0.1)
    except TimeoutError:
        return False
    return False


async def docker(socket: Path, *arguments: str, check: bool = True) -> str:
    program = await asyncio.create_subprocess_exec(
        *("docker", "-H", f"unix://{socket}", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await program.communicate()
    assert not check or program.returncode == 0, errors.decode()
    return out.decode().strip() if program.returncode == 0 else ""


async def _import_image(folder: Path, socket: Path) -> None:
    busybox = shutil.which("busybox")
    assert busybox is not None
    archive = folder / "root.tar"
    with tarfile.open(archive, "w") as tar:
        tar.add(busybox, "bin/busybox")
        for name in ("sh", "sleep", "false"):
            link = tarfile.TarInfo(f"bin/{name}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(link)
    await docker(socket, "import", str(archive), "bb:1")


def _unmount_below(folder: Path) -> None:
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in sorted((one for one in mounts if one.startswith(str(folder))), reverse=True):
        subprocess.run(["umount", mount], check=False, capture_output=True)


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it says nothing"


async def test_every_state_of_a_real_container(bench: Bench, engine: Path) -> None:
    async def start(name: str, *arguments: str) -> None:
        await docker(engine, "run", "-d", "--name", name, "--network", "none", *arguments)

    service = f'timeout = "5s"\nsocket = "{engine}"\ncontainer = '
    try:
        await start("well", "bb:1", "/bin/sleep", "1000")
    except AssertionError as error:
        pytest.skip(f"needs a machine on which an engine runs containers: {error}")
    await start(
        "sick",
        *("--health-cmd", "false", "--health-interval", "100ms", "--health-retries", "1"),
        *("bb:1", "/bin/sleep", "1000"),
    )
    await start("over", "bb:1", "/bin/sh", "-c", "exit 3")
    await start("again", "--restart", "always", "bb:1", "/bin/false")
    well = await bench.run(f"{service}'well'")
    assert (well.level, well.reason, well.values["health"]) == (Level.OK, "running", "none")
    reasons: dict[str, str] = {}
    expected = {"sick": "running, unhealthy", "over": "exited with code 3", "again": "restarting"}
    async with asyncio.timeout(_PATIENCE):
        while reasons != expected:
            for name in expected:
                if reasons.get(name) != expected[name]:
                    result = await bench.run(f"{service}'{name}'")
                    reasons[name] = result.reason if result.level is Level.CRIT else ""
    await docker(engine, "pause", "well")
    assert (await bench.run(f"{service}'well'")).reason == "paused"
    await docker(engine, "unpause", "well")
    nobody = await bench.run(f"{service}'nobody'")
    assert (nobody.level, nobody.reason) == (Level.CRIT, "there is no container nobody")
