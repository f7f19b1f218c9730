"""Kind container against real engines, Docker's and Podman's, where they can be started: as root, with busybox."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from engines import PATIENCE, Docker, Engine, Podman
from fault_servers import Bench
from warroom.health.results import Level, Result

pytest_plugins = ("probe_fixtures",)


@pytest_asyncio.fixture
async def engine(request: pytest.FixtureRequest) -> AsyncIterator[Engine]:
    kind: type[Engine] = request.param
    if why := kind.missing():
        pytest.skip(why)
    async with kind() as engine:
        try:
            await engine.start("well", run=("/bin/sleep", "1000"))
        except AssertionError as error:
            pytest.skip(f"needs a machine on which an engine runs containers: {error}")
        health = ("--health-cmd", "false", "--health-interval", kind.health_interval, "--health-retries", "1")
        await engine.start("sick", *health, run=("/bin/sleep", "1000"))
        await engine.start("over", run=("/bin/sh", "-c", "exit 3"))
        await engine.start("again", "--restart", "always", run=("/bin/false",))
        yield engine


async def look(bench: Bench, socket: Path, name: str) -> Result:
    return await bench.run(f'socket = "{socket}"\ncontainer = "{name}"')


async def eventually(bench: Bench, socket: Path, name: str, reason: str) -> None:
    """Looks until it is down for that reason."""
    result = await once(bench, socket, name, lambda result: result.reason == reason)
    assert result.level is Level.CRIT


async def once(bench: Bench, socket: Path, name: str, so: Callable[[Result], object]) -> Result:
    """Looks until it is so; between two looks the engine has the processor to itself."""
    async with asyncio.timeout(PATIENCE):
        while not so(result := await look(bench, socket, name)):  # noqa: ASYNC110  # it has its own pace
            await asyncio.sleep(0.05)
    return result


@pytest.mark.parametrize("engine", [Docker, Podman], indirect=True)
async def test_every_state_of_a_real_container(bench: Bench, engine: Engine) -> None:
    socket = engine.socket
    well = await look(bench, socket, "well")
    assert (well.level, well.reason, well.values["health"]) == (Level.OK, "running", "none")
    await eventually(bench, socket, "over", "exited with code 3")
    await engine.check_health("sick")
    await eventually(bench, socket, "sick", "running, unhealthy")
    await engine.call("pause", "well")
    await eventually(bench, socket, "well", "paused")
    await engine.call("unpause", "well")
    assert (await look(bench, socket, "well")).level is Level.OK
    await eventually(bench, socket, "nobody", "there is no container nobody")
    await once(bench, socket, "again", lambda result: result.values.get("restarts"))
    if isinstance(engine, Docker):  # Podman has no state of its own for the time between two starts
        await eventually(bench, socket, "again", "restarting")
