"""What the checks of one configuration share: the environment, name lookups, TLS contexts, figures of this host."""

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field

from warroom.probes.host_figures import HostSampler
from warroom.probes.processes import ProcessScanner
from warroom.probes.resolver import Resolver


class TlsContexts:
    """SSL contexts by what they trust: making one costs more CPU than all the rest of a check."""

    def __init__(self) -> None:
        self._made: dict[tuple[bool, str], ssl.SSLContext] = {}

    def get(self, verify: bool = True, ca: str = "") -> ssl.SSLContext:
        """The system's store (SSL_CERT_FILE is honoured), or `ca` alone; OSError if that cannot be read."""
        key = (verify, ca)
        if key not in self._made:
            context = ssl.create_default_context(cafile=ca or None)
            if not verify:
                context.check_hostname = False
                context.verify_mode = ssl.CERT_NONE
            self._made[key] = context
        return self._made[key]

    def forget(self) -> None:
        """Read stores and files anew when a context is next asked for."""
        self._made.clear()


@dataclass
class Resources:
    """Made once for each set of checks. `environ` is where `${env:X}` is read from."""

    environ: Mapping[str, str]
    resolver: Resolver = field(default_factory=Resolver)
    sampler: HostSampler = field(default_factory=HostSampler)
    processes: ProcessScanner = field(default_factory=ProcessScanner)
    tls: TlsContexts = field(default_factory=TlsContexts)
