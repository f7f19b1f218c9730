"""What a text gives away by its looks: credentials, addresses, machines, commands."""

import re
from collections.abc import Collection, Iterator
from ipaddress import ip_address
from typing import Final, Literal

from warroom.postmortem import rules
from warroom.text.redact import MASK, credentials
from warroom.text.spans import code_spans

TraceKind = Literal["secret", "email", "phone", "ip", "host", "person", "command"]

_IPV4 = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)")
_IPV6 = re.compile(r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:]|\.\d)")
# Names that resolve inside of a network alone: RFC 6762, RFC 8375, ICANN's "internal", and what is used beside them.
_INTERNAL_NAME = re.compile(
    r"(?<![\w.@-])(?:[a-z0-9_-]+\.)+(?:internal|local|localdomain|lan|corp|intranet|private|home|home\.arpa|svc|cluster)"
    r"(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_NUMBERED_NAME = re.compile(r"(?<![\w./-])[a-z]{2,}(?:-[a-z]+)+-?\d{1,4}(?:-[a-z0-9]+)*(?![\w-])")
_REGION = re.compile(r"[a-z]{2,}(?:-gov)?-(?:north|south|east|west|central)(?:east|west)?-?\d[a-z]?")
_URL_HOST = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?(?P<host>[\w-]+)(?=[:/?#\s]|$)", re.IGNORECASE)
_AT_HOST = re.compile(r"(?<![\w.+-])[a-z_][\w-]*@(?P<host>[\w-]{2,})(?![\w.@-])", re.IGNORECASE)
_THIS_MACHINE: Final = frozenset({"localhost", MASK.lower()})
# The part of a machine in its name, with the number of the machine: "db1", "web-03"; "redis7" is a version.
_SERVER_NAME = re.compile(
    r"(?<![\w./@-])(?:db|web|app|node|host|srv|server|vm|worker|master|primary|replica|lb|proxy|gw|gateway|bastion|nas|esx|ns|mx)"
    r"-?\d{1,3}(?![\w-]|\.\w)",
    re.IGNORECASE,
)
_INSIDE_NAME = re.compile(
    r"(?<![\w.@/-])(?:[a-z0-9_-]+\.)+(?:internal|intranet|corp|lan|prod|staging|mgmt|vpn)(?:\.[a-z0-9-]+)+(?![\w-])|"
    r"(?<=://)(?:[a-z0-9_-]+\.)+(?:internal|intranet|corp|lan|prod|staging|mgmt|vpn)(?:\.[a-z0-9-]+)+",
    re.IGNORECASE,
)
_FILE_NAME = re.compile(
    r"\.(?:ya?ml|json|toml|conf|cfg|ini|env|properties|tf|js|ts|py|sh|txt|log|xml|html|css|lock|md)$"
)
_CLOUD_NAME = re.compile(
    r"\barn:aws[\w-]*:[^\s`\"'<>)\]]+|\bi-[0-9a-f]{8,17}\b"
    r"|(?<![\w.-])[a-z][a-z0-9-]*-[a-f0-9]{8,10}-[a-z0-9]{5}(?![\w-])"  # a pod of a deployment
    r"|(?<![\w:])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![\w:])"  # an Ethernet address
)
_HOME = re.compile(r"(?:/home/|/Users/|\\Users\\)(?P<person>[A-Za-z][\w.-]*\w)")
_NOBODYS_HOME: Final = frozenset(
    {"app", "node", "runner", "shared", "public", "vagrant", "jenkins", "git", "postgres", MASK.lower()}
)
_PROMPT = re.compile(r"^[ \t]*(?:\w+@[\w.-]+[^$#\n]{0,40})?\$[ \t]+(?=[a-z./])", re.MULTILINE)
_PROGRAMS: Final = frozenset(
    (
        "sudo", "ssh", "scp", "rsync", "kubectl", "oc", "helm", "docker", "docker-compose", "podman", "systemctl",
        "crictl", "journalctl", "terraform", "tofu", "ansible", "ansible-playbook", "gcloud", "psql", "mysql",
        "mongosh", "redis-cli", "sqlite3", "curl", "wget", "git", "kill", "pkill", "killall", "rm", "mv", "cp", "chmod",
        "chown", "tail", "grep", "cat", "ls", "df", "du", "mount", "umount", "iptables", "nft", "tcpdump", "dig",
        "apachectl", "pg_ctl", "pg_restore", "apt", "apt-get", "yum", "dnf", "npm",
    )
)  # fmt: skip
"""Programs of those who run things, by names that nobody uses for anything else."""
_TOLD_OF: Final = frozenset({"is", "was", "are", "were", "has", "had", "and", "or", "went", "did"})
_INDENTED = re.compile(r"^(?: {4,}|\t)[ \t]*(?P<line>\S+[ \t].*)$", re.MULTILINE)
_FLAG = re.compile(r"\s--?[A-Za-z]")


_ANY_URL_HOST = re.compile(r"\b[a-z][a-z0-9+.-]*://(?:[^\s/@]*@)?(?P<host>[\w.-]+)", re.IGNORECASE)
_WITH_PORT = re.compile(r"(?<![\w.@/-])(?P<host>[a-z][\w-]*(?:\.[\w-]+)*):\d{2,5}(?![\w.:])", re.IGNORECASE)
_LIKE_A_MACHINE = re.compile(r"(?=.*[\d.-])[^.].*[^.]")


def looks(text: str) -> Iterator[tuple[TraceKind, str]]:
    """Every trace in `text` with what it is, but commands, people by their names, and what only the record knows."""
    yield from (("secret", value) for value in credentials(text))
    for match in rules.EMAIL.finditer(text):
        if not rules.EXAMPLE_HOSTS.search(match[0]):
            yield "email", match[0]
    yield from (("phone", match[0]) for match in rules.PHONE.finditer(text))
    for pattern in (_IPV4, _IPV6):
        yield from (("ip", match[0]) for match in pattern.finditer(text) if _is_somewhere(match[0]))
    yield from (("host", name) for name in _hosts(text))
    for match in _HOME.finditer(text):
        if match["person"].lower() not in _NOBODYS_HOME:
            yield "person", match["person"]


def _hosts(text: str) -> Iterator[str]:
    for pattern in (_INTERNAL_NAME, _SERVER_NAME, _CLOUD_NAME):
        yield from (match[0] for match in pattern.finditer(text))
    yield from (match[0] for match in _NUMBERED_NAME.finditer(text) if not _REGION.fullmatch(match[0]))
    yield from (match[0] for match in _INSIDE_NAME.finditer(text) if not _FILE_NAME.search(match[0]))
    for pattern in (_URL_HOST, _AT_HOST):
        yield from (match["host"] for match in pattern.finditer(text) if match["host"].lower() not in _THIS_MACHINE)


def machines(text: str) -> Iterator[str]:
    """Names of machines in a text that the public does not get, such as evidence, which may stand elsewhere too.

    A name without a dot, a digit or a hyphen may be any word ("http://backend:8000"), so that it tells nothing here.
    """
    named = [*_hosts(text)]
    named += [match["host"] for pattern in (_ANY_URL_HOST, _WITH_PORT) for match in pattern.finditer(text)]
    yield from (host for host in named if host.lower() not in _THIS_MACHINE and _LIKE_A_MACHINE.fullmatch(host))


def commands(text: str, known: Collection[str]) -> Iterator[str]:
    """Command lines in the code within `text`, and behind a prompt anywhere; `known` ones are known to be some."""
    for piece, is_code in code_spans(text):
        if not is_code:
            yield from (_rest_of_line(piece, match.end()) for match in _PROMPT.finditer(piece))
            yield from (match["line"] for match in _INDENTED.finditer(piece) if _calls_a_program(match["line"]))
            continue
        inside = piece.strip("`")
        if inside.strip() in known and " " in inside.strip():
            yield inside.strip()
            continue
        for line in inside.splitlines():
            prompted = _PROMPT.match(line)
            bare = (line[prompted.end() :] if prompted else line).strip()
            if " " in bare and (prompted or bare in known or _FLAG.search(bare) or _calls_a_program(bare)):
                yield bare


def _calls_a_program(line: str) -> bool:
    first, second, *_ = line.split()
    return first in _PROGRAMS and second not in _TOLD_OF


def _rest_of_line(text: str, at: int) -> str:
    return text[at:].partition("\n")[0].strip()


def _is_somewhere(address: str) -> bool:
    """Whether it is an address that tells something: one's own loopback, and no address at all, tell nothing."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    return not (parsed.is_loopback or parsed.is_unspecified)
