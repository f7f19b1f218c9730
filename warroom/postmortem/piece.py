"""A block of a document under the name by which a theme orders it and a template fills it."""

from typing import NamedTuple


class Piece(NamedTuple):
    """`heading` is Markdown, "" for none; `plain` its words without number and flourish; `body` what stands below."""

    name: str
    heading: str
    plain: str
    body: tuple[str, ...]

    @property
    def told(self) -> str:
        """The body as one text."""
        return "\n\n".join(block for block in self.body if block)
