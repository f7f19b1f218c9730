"""Kind `unit`: a unit of systemd, as `systemctl show` has it."""

import re
from collections.abc import Mapping
from typing import Final

from warroom.config.secrets import Secret
from warroom.health.conditions import Dimension
from warroom.health.results import Level
from warroom.probes.definition import CheckError, Found, Journey
from warroom.probes.options import Options, a_switch, a_text
from warroom.probes.process import run
from warroom.probes.resources import Resources

VOCABULARY: Final[Mapping[str, Dimension]] = {
    "state": "text",
    "substate": "text",
    "result": "text",
    "restarts": "number",
    "exit": "number",
}
_PROPERTIES: Final = "LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus"
_NAME: Final = re.compile(r"[A-Za-z0-9:_.\\@-]{1,255}")
_ON_ITS_WAY: Final = frozenset({"activating", "reloading", "deactivating", "maintenance"})


def build(options: Options, resources: Resources) -> "UnitCheck":
    """The check of a table with the key `unit`."""
    return UnitCheck(options.take("unit", a_unit, ""), options.take("of_user", a_switch, False), resources)


class UnitCheck:
    """Asks systemd; what is on its way is degraded, a unit that is not there is down."""

    vocabulary = VOCABULARY
    must: tuple[str, ...] = ()
    should: tuple[str, ...] = ()
    host = ""
    local = True

    def __init__(self, unit: str, of_user: bool, resources: Resources) -> None:
        self._unit, self._of_user, self._resources = unit, of_user, resources
        self.target = unit
        self.journey = Journey("asking systemd")

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return ()

    async def look(self, wanted: frozenset[str]) -> Found:
        scope = ["--user"] if self._of_user else []
        command = ["systemctl", *scope, "show", f"--property={_PROPERTIES}", "--no-pager", "--", self._unit]
        ended = await run(command, self._resources.environ)
        properties = dict(
            line.split("=", 1) for line in ended.out.decode("utf-8", "replace").splitlines() if "=" in line
        )
        if ended.code or "ActiveState" not in properties:
            said = ended.errors.decode("utf-8", "replace").strip().partition("\n")[0]
            raise CheckError(f"systemd gives no answer: {said or f'exit code {ended.code}'}", Level.UNKNOWN)
        state = properties["ActiveState"]
        found = Found(f"{state} ({properties.get('SubState', '')})", timed=False)
        found.values = {
            "state": state,
            "substate": properties.get("SubState", ""),
            "result": properties.get("Result", ""),
        }
        for name, key in (("restarts", "NRestarts"), ("exit", "ExecMainStatus")):
            if properties.get(key, "").isdigit():
                found.values[name] = int(properties[key])
            else:
                found.absent[name] = "this unit has none"
        found.evidence = [("unit", ", ".join(f"{key}={value}" for key, value in properties.items() if value))]
        if properties.get("LoadState") == "not-found":
            raise CheckError(f"there is no unit {self._unit}", found=found)
        if "state" not in wanted:
            found.level = _level(state)
            if found.level is not Level.OK and properties.get("Result", "success") != "success":
                found.summary += f", {properties['Result']}"
        return found


def _level(state: str) -> Level:
    if state == "active":
        return Level.OK
    return Level.WARN if state in _ON_ITS_WAY else Level.CRIT


def a_unit(value: object) -> str:
    """The name of a unit; ValueError otherwise."""
    text = a_text(value).strip()
    if not _NAME.fullmatch(text) or text.startswith("-"):
        raise ValueError(f"{text!r} is no name of a unit, such as nginx.service")
    return text
