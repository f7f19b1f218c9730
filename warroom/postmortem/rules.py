"""What a review asks of a postmortem: each rule with reason, mend and source, and the words it looks for."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

_SRE_BOOK = "Site Reliability Engineering (Google), chapter 15, Postmortem Culture: Learning from Failure"
_SRE_WORKBOOK = "The Site Reliability Workbook (Google), chapter 10, Postmortem Culture: Learning from Failure"
_PAGERDUTY = "PagerDuty, guide to postmortems"
_DEBRIEFING = "Debriefing Facilitation Guide (Etsy)"
_FIELD_GUIDE = "Sidney Dekker, The Field Guide to Understanding Human Error"
_NIST = "NIST SP 800-61 revision 2, Computer Security Incident Handling Guide, section 3.4"
_OWASP = "OWASP Logging Cheat Sheet, Data to exclude"


@dataclass(frozen=True, slots=True)
class Rule:
    """`reason` says why it matters, `mend` what to do about it, `source` who asks for it."""

    id: str
    reason: str
    mend: str
    source: str


RULES: Final[dict[str, Rule]] = {
    rule.id: rule
    for rule in (
        Rule("no-summary", "there is no summary", "say in two or three sentences what happened", _SRE_WORKBOOK),
        Rule(
            "no-impact", "nobody says whom it hurt", "write the impact, in figures where they are known", _SRE_WORKBOOK
        ),
        Rule("no-root-cause", "there is no root cause", "write it down, or that it is not known yet", _SRE_BOOK),
        Rule("no-resolution", "nobody says what ended it", "write what was done and how it was checked", _SRE_WORKBOOK),
        Rule("no-severity", "the severity is not set", "set it: it decides who has to read this", _NIST),
        Rule("no-start", "no entry marks when the impact began", "mark one, or log one without a time", _SRE_WORKBOOK),
        Rule("no-detection", "no entry marks the detection", "mark who or what noticed it, and when", _SRE_WORKBOOK),
        Rule("no-end", "no entry marks the resolution", "mark the moment from which all was well", _SRE_WORKBOOK),
        Rule("order", "milestones are out of order", "correct the time or the mark of one of them", _NIST),
        Rule("untimed", "entries have no time", "add what can still be found in chat and logs", _NIST),
        Rule(
            "gap",
            "nothing is logged for a long time",
            "say what happened then, if only that people waited",
            _DEBRIEFING,
        ),
        Rule(
            "dead-end", "a dead end does not say why it was one", "add what ruled it out, to spare others", _DEBRIEFING
        ),
        Rule("hypothesis", "a hypothesis was left open", "mark it as supported or ruled out", _DEBRIEFING),
        Rule("no-actions", "there is no action item", "add what prevents, detects or softens the next one", _SRE_BOOK),
        Rule("action-owner", "an action has no owner", "name who sees to it", _SRE_WORKBOOK),
        Rule("action-due", "an action has no date", "set when it is due", _PAGERDUTY),
        Rule("action-overdue", "an action is overdue", "do it, move it or drop it", _PAGERDUTY),
        Rule("action-verb", "an action does not say what to do", "begin it with a verb", _SRE_WORKBOOK),
        Rule(
            "action-vague",
            "an action can't be checked off",
            "say what will be different when it is done",
            _SRE_WORKBOOK,
        ),
        Rule(
            "action-types", "all actions are of one type", "ask what would prevent, detect and mitigate", _SRE_WORKBOOK
        ),
        Rule("blame", "the words blame somebody", "say what made the action sensible at the time", _FIELD_GUIDE),
        Rule("person", "a cause names a person", "name the role, or what the system allowed", _SRE_BOOK),
        Rule("link", "a link leads to no entry", "link to one that is there, or take it out", _SRE_WORKBOOK),
        Rule("zone", "a time has no zone", "add the zone, as in 14:05 UTC", _NIST),
        Rule("number", "a number contradicts the record", "correct the number or the record", _NIST),
        Rule("secret", "there seems to be a credential", "take it out, and change it where it is valid", _OWASP),
        Rule("personal", "there seems to be personal data", "take it out, or say whose in general words", _OWASP),
    )
}

LONG_GAP: Final = timedelta(minutes=30)
"""A silence in the timeline that somebody who was not there will ask about."""

FEW_WORDS: Final = 4
"""So short a dead end only names what was tried."""

SAME_TYPE: Final = 3
"""From so many actions on they should not all be of one type."""

NUMBER_TOLERANCE: Final = 0.2
"""How far a length in prose may be from the record: people round."""

BLAME: Final = tuple(
    (re.compile(pattern, re.IGNORECASE), question)
    for pattern, question in (
        (r"\b(?:human|operator|user|pilot) error\b", "what in the system let that step do harm?"),
        (r"\bcareless\w*|\bnegligen\w*|\bincompeten\w*|\bsloppy\b|\blazy\b", "what did the work look like then?"),
        (
            r"\bshould(?: have|'ve) (?:known|noticed|checked|seen|tested|read|asked)\b",
            "what was known then, and what would have shown it?",
        ),
        (
            r"\b(?:forgot|neglected|failed) to (?:check|notice|follow|test|read|ask|verify|document|communicate)\b",
            "what would have reminded, or checked by itself?",
        ),
        (
            r"\bto blame\b|\bwas (?:\w+ )?at fault\b|\b(?:his|her|their) (?:own )?(?:fault|mistake)\b",
            "which condition made it possible?",
        ),
        (r"\bobvious(?:ly)? (?:mistake|wrong)\b", "why did it make sense before the outcome was known?"),
    )
)
"""Words that blame, and what to ask instead."""

VAGUE: Final = re.compile(
    r"\bbe (?:more )?careful\b|\bpay (?:more |closer )?attention\b|\btry to\b|\bas needed\b|\bif possible\b"
    r"|\blook into\b|\bthink about\b|\braise awareness\b|\bremind (?:everybody|everyone|people)\b|\bdo better\b"
    r"|\bbe more (?:vigilant|diligent)\b|\bin (?:the )?future\b",
    re.IGNORECASE,
)
VERBS: Final = frozenset(
    (
        "add", "adjust", "agree", "alert", "allow", "apply", "archive", "arrange", "ask", "assign", "audit",
        "automate", "avoid", "back", "begin", "block", "bring", "build", "buy", "cache", "call", "cap", "change",
        "check", "clean", "clear", "close", "collect", "compare", "configure", "confirm", "connect", "convert",
        "correct", "cover", "create", "cut", "decide", "decrease", "define", "delete", "deploy", "describe", "detect",
        "develop", "disable", "document", "drain", "drop", "enable", "encrypt", "enforce", "ensure", "escalate",
        "evaluate", "exclude", "expand", "explain", "export", "expose", "extend", "fetch", "find", "finish", "fix",
        "forbid", "give", "grant", "harden", "hide", "hold", "implement", "improve", "include", "increase", "inform",
        "install", "instrument", "introduce", "investigate", "invite", "isolate", "keep", "kill", "learn", "let",
        "limit", "link", "list", "lock", "log", "lower", "maintain", "make", "measure", "merge", "migrate", "mirror",
        "monitor", "move", "name", "negotiate", "notify", "open", "order", "organise", "organize", "page", "patch",
        "pause", "pick", "pin", "plan", "post", "practise", "prepare", "prevent", "promote", "propose", "protect",
        "provide", "publish", "pull", "purge", "put", "quarantine", "raise", "rebuild", "record", "recover",
        "redesign", "redirect", "reduce", "refactor", "refuse", "reject", "release", "remove", "rename", "renew",
        "reorder", "repair", "repeat", "replace", "replicate", "report", "reproduce", "require", "reserve", "reset",
        "resize", "resolve", "restart", "restore", "restrict", "retain", "retire", "retry", "return", "reuse",
        "review", "revise", "revoke", "rework", "rewrite", "roll", "rotate", "route", "run", "scale", "scan",
        "schedule", "script", "secure", "send", "separate", "set", "share", "shed", "shorten", "show", "silence",
        "simplify", "size", "skip", "speed", "split", "standardise", "standardize", "start", "stop", "store",
        "support", "survey", "swap", "switch", "sync", "take", "teach", "tell", "test", "throttle", "tighten", "track",
        "train", "translate", "trigger", "trim", "tune", "turn", "unify", "update", "upgrade", "use", "validate",
        "verify", "warn", "watch", "wrap", "write",
    )
)  # fmt: skip
EMAIL: Final = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\b")
PHONE: Final = re.compile(
    r"(?<![\w.:/-])(?:\+\d{1,3}(?:[ -]?\d{2,4}|[ -]?\(\d{1,4}\)){2,4}|(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4})"
    r"(?![\w:/-]|\.\w)"
)
CLOCK_TIME: Final = re.compile(r"(?<![\w:./-])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\w:/-]|\.\d)")
ZONE: Final = re.compile(
    r"\b(?:UTC|GMT|Z|[A-Z]{2,4}T)\b|[+-]\d\d:?\d\d\b|\b[A-Z]\w+/[A-Z]\w+|\b(?:local|\w+ (?:standard |daylight )?)time\b"
)
EXAMPLE_HOSTS: Final = re.compile(r"@(?:[\w-]+\.)*(?:example|test|invalid|localhost)(?:\.\w+)?$", re.IGNORECASE)
"""Addresses that belong to nobody, by RFC 2606."""
