"""Names that stand at entries and yet name nobody: logins that several people share, teams, and programs."""

from typing import Final

_SHARED: Final = frozenset(
    {"root", "admin", "administrator", "user", "ubuntu", "debian", "centos", "fedora", "core", "ec2-user", "vagrant"}
    | {"pi", "deploy", "ops", "monitor", "bot", "nobody", "team", "oncall", "on-call", "support", "engineering"}
    | {"platform", "infrastructure", "operations"}
)


def is_shared(name: str) -> bool:
    """Whether an entry by `name` does not say who wrote it, so that the name may stand anywhere too."""
    return name.strip().casefold() in _SHARED
