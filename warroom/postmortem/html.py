"""The postmortem as one HTML file: no script, nothing fetched from anywhere, the chart inside."""

from collections.abc import Iterable, MutableMapping, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from warroom.text import clean_line

PICTURE: Final = "\0chart"
"""Stands among the blocks where the picture belongs; no text from outside has a NUL in it."""

_WIDE: Final = '<div class="wide" role="region" aria-label="{label}" tabindex="0">\n'


def page(blocks: Iterable[str], title: str, picture: str = "", *, lang: str = "en") -> str:
    """A whole page of blocks of Markdown, as `markdown.parts` gives them; `picture` is an SVG, shown for `PICTURE`.

    HTML within the Markdown is shown as text. A picture that somebody's Markdown refers to becomes a link: a page that
    is read years later must not ask another machine for it, nor tell it who reads.
    """
    counted: MutableMapping[str, Any] = {}
    made = [
        _figure(picture) if block == PICTURE else _MARKDOWN.render(block, counted) for block in blocks if block.strip()
    ]
    template = Template(files("warroom.postmortem").joinpath("page.html").read_text(encoding="utf-8"))
    return template.substitute(lang=escape(lang), title=escape(clean_line(title)), body="".join(made))


def _figure(picture: str) -> str:
    return f"<figure>\n{_WIDE.format(label='Downtime chart')}{picture.strip()}\n</div>\n</figure>\n"


def _table_open(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    env["tables"] = env.get("tables", 0) + 1
    return _WIDE.format(label=f"Table {env['tables']}") + renderer.renderToken(tokens, place, options, env)


def _table_close(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    return renderer.renderToken(tokens, place, options, env) + "</div>\n"


def _head_cell(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    tokens[place].attrSet("scope", "col")
    return renderer.renderToken(tokens, place, options, env)


def _image(
    renderer: RendererHTML, tokens: Sequence[Token], place: int, options: OptionsDict, env: MutableMapping[str, Any]
) -> str:
    token = tokens[place]
    words = renderer.renderInlineAsText(token.children or [], options, env) or str(token.attrGet("src"))
    if any(other.type == "link_open" for other in tokens[:place]):  # no link can stand inside of another
        return escape(f"[{words}]")
    return f'<a href="{escape(str(token.attrGet("src")))}">[{escape(words)}]</a>'


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    for name, rule in (
        ("image", _image),
        ("table_open", _table_open),
        ("table_close", _table_close),
        ("th_open", _head_cell),
    ):
        parser.add_render_rule(name, rule)
    return parser


_MARKDOWN: Final = _parser()
