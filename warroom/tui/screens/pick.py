"""One of very many: every character narrows the list, Enter takes what is chosen, Esc nothing."""

from collections.abc import Callable, Sequence

from textual import events

from warroom.tui.screens.choice import Choice, Option


class Pick(Choice):
    """`find` returns what some words leave over, the best last. What is shown is looked for anew at every key."""

    def __init__(self, question: str, find: Callable[[str], Sequence[Option]], chosen: str = "") -> None:
        options = find("")
        place = next((place for place, option in enumerate(options) if option.value == chosen), len(options) - 1)
        super().__init__(f"{question}  (type to narrow)", options, place)
        self._question, self._find, self._words = question, find, ""

    async def press(self, event: events.Key) -> bool:
        if event.is_printable and event.character is not None:
            self._narrow(self._words + event.character)
        elif event.key == "backspace":
            self._narrow(self._words[:-1])
        else:
            return await super().press(event)
        return True

    def _narrow(self, words: str) -> None:
        self._words, self._options = words, self._find(words)
        found = f"{self._question}  {words}" if self._options else f"nothing contains {words}"
        self._view.show(found, self._options)
