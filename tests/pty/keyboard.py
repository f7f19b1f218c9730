"""What a person does at the keyboard during an outage, each until the screen shows it."""

from terminal import Terminal


def log(room: Terminal, key: str, text: str) -> None:
    """A logging key, the words, Enter; until the entry stands there, and not only the line in which it was written."""
    room.press(key)
    room.wait_for("^J new line")
    room.type(text)
    room.press("enter")
    room.wait_until(lambda screen: text in screen and "^J new line" not in screen, f"logged: {text}")


def declare(room: Terminal) -> None:
    """The incident that is offered."""
    room.press("N")
    room.wait_for("declare", "begun with what was seen")
    room.press("enter")
    room.wait_for("declared: ", "investigating")


def rate(room: Terminal) -> None:
    """How severe it is, and that the impact began with the first bad result, as is offered."""
    room.press("s")
    room.wait_for("How severe is it?")
    room.press("2")
    room.wait_for("severity: unset -> sev2")
    room.press("b")
    room.wait_for("impact began", "is failing")
    room.press("enter")
    room.wait_for("since impact")
