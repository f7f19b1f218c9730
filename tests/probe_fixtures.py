"""Fixtures of the probes: servers, a bench, certificates."""

import shutil
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from fault_servers import Bench, Identity, Servers, make_certificate
from warroom.probes.resolver import Resolver


@pytest_asyncio.fixture
async def servers() -> AsyncIterator[Servers]:
    found = Servers()
    yield found
    await found.close()


@pytest.fixture
def bench() -> Bench:
    return Bench({"TOKEN": "s3cret-t0ken", "PASSWORD": "pa ss/w+rd", "PATH": "/usr/bin:/bin"}, Resolver())


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Identity]:
    """Makes self-signed certificates by openssl: for which names, for how many days (negative: expired)."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl, which makes the certificates, is not installed")
    folder = tmp_path_factory.mktemp("certificates")
    made: dict[tuple[str, int, str], Identity] = {}

    def make(names: str = "DNS:localhost,IP:127.0.0.1", days: int = 30, subject: str = "/CN=localhost") -> Identity:
        key = (names, days, subject)
        if key not in made:
            path = folder / f"{len(made)}.pem"
            span = ["-days", str(days)]
            if days < 0:
                span = ["-not_before", "20200101000000Z", "-not_after", "20200201000000Z"]
            make_certificate(path, names, span, subject)
            made[key] = Identity(path)
        return made[key]

    return make
