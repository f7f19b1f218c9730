"""The findings of a review as a list: Enter goes to one, `a` accepts it or takes that back, q and Esc leave."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from warroom.incident.model import Accepted
from warroom.postmortem.review import Finding
from warroom.presenters.runs import Line, Run
from warroom.text import clean_line
from warroom.text.width import wrap
from warroom.tui.screens.above import Above
from warroom.tui.widgets.lines import LinesView

Answer = tuple[str, Finding]
"""What is to be done ("go", "accept"), and with which finding."""


class FindingsView(LinesView):
    """Open findings first, then those that were accepted on purpose, with who accepted them and why."""

    DEFAULT_CSS = "FindingsView { height: 1fr; width: 1fr; padding: 0 1; }"

    def __init__(self, findings: Sequence[Finding], accepted: Sequence[Accepted]) -> None:
        super().__init__(id="findings")
        self._findings = sorted(findings, key=lambda finding: finding.accepted)
        self._accepted = {item.finding: item for item in accepted}
        self._place = 0
        self._rows: list[tuple[int, Line]] = []

    @property
    def selected(self) -> Finding | None:
        return self._findings[self._place] if self._findings else None

    def on_resize(self, _: events.Resize) -> None:
        width = max(self.line_width, 8)
        still = sum(not finding.accepted for finding in self._findings)
        self._rows = [
            (-1, (Run(f"Review: {still} open, {len(self._findings) - still} accepted", "heading"),)),
            (-1, ()),
        ]
        if not self._findings:
            self._rows.append((-1, (Run("Nothing is missing that a rule looks for.", "muted"),)))
        for place, finding in enumerate(self._findings):
            self._rows += [(place, line) for line in self._lines(finding, width)]
            self._rows.append((-1, ()))
        self.set_line_count(len(self._rows))
        self.move(0)

    def _lines(self, finding: Finding, width: int) -> list[Line]:
        detail = f" ({clean_line(finding.detail)})" if finding.detail else ""
        style = "muted" if finding.accepted else "warning"
        front = "accepted  " if finding.accepted else ""
        what = f"{front}{clean_line(finding.where)}: {finding.rule.reason}{detail}"
        made: list[Line] = [(Run(line, style),) for line in wrap(what, width)]
        kept = self._accepted.get(finding.key) or self._accepted.get(finding.rule.id)
        told = finding.rule.mend
        if kept is not None:
            told = clean_line(": ".join(part for part in (kept.by, kept.reason) if part)) or "no reason given"
        made += [(Run("  " + line),) for line in wrap(told, width - 2)]
        return made + [(Run("  " + line, "muted"),) for line in wrap(f"after {finding.rule.source}", width - 2)]

    def line(self, y: int) -> Sequence[Run]:
        return self._rows[y][1]

    def is_selected(self, y: int) -> bool:
        return self._rows[y][0] == self._place

    def move(self, by: int) -> None:
        self._place = min(max(self._place + by, 0), max(len(self._findings) - 1, 0))
        mine = [y for y, (place, _) in enumerate(self._rows) if place == self._place]
        if mine:
            self.show_line(0 if self._place == 0 else mine[0], mine[-1] + 1 if self._place == 0 else len(mine))
        self.refresh()


class Findings(Above[Answer | None]):
    """Dismisses with what is to be done with a finding, None for nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,ctrl+c,V", "leave", show=False),
        Binding("enter", "answer('go')", show=False),
        Binding("a", "answer('accept')", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("home,g", "move(-100000)", show=False),
        Binding("end,G", "move(100000)", show=False),
    ]

    def __init__(self, findings: Sequence[Finding], accepted: Sequence[Accepted]) -> None:
        super().__init__()
        self._view = FindingsView(findings, accepted)

    def compose(self) -> ComposeResult:
        from warroom.tui.widgets.bars import FooterBar

        yield self._view
        footer = FooterBar()
        keys = (("j k", "move"), ("Enter", "go there"), ("a", "accept, or take back"), ("q", "back"))
        footer.show(footer.situation, keys)
        yield footer

    def on_mount(self) -> None:
        self._view.focus()

    def action_move(self, by: int) -> None:
        self._view.move(by)

    def action_answer(self, what: str) -> None:
        if (finding := self._view.selected) is not None:
            self.dismiss((what, finding))

    def action_leave(self) -> None:
        self.dismiss(None)
