"""The figures of this host as styled lines, and the small curves that go with figures."""

from collections.abc import Iterable
from typing import Final

from warroom.health.board import Figure, HostFigures
from warroom.presenters.glyphs import Charset
from warroom.presenters.runs import Line, Run
from warroom.text.width import cells, fit, wrap

_SPARKS: Final = ("▁▂▃▄▅▆▇█", "._-=+*#@")


def sparkline(series: Iterable[float], width: int, charset: Charset = "unicode") -> str:
    """The last `width` percents, one sign each."""
    signs = _SPARKS[charset == "ascii"]
    shown = list(series)[-width:] if width else []
    return "".join(signs[min(int(value / 100 * len(signs)), len(signs) - 1)] for value in shown)


def curve(values: Iterable[float | None], charset: Charset = "unicode") -> str:
    """One sign for each value, the highest of them as high as a sign can be; a gap where there is none."""
    shown = list(values)
    most = max([value for value in shown if value is not None], default=0.0) or 1.0
    signs = _SPARKS[charset == "ascii"]
    top = len(signs) - 1
    return "".join([" " if value is None else signs[round(value / most * top)] for value in shown])


def host_line(host: HostFigures, width: int, charset: Charset = "unicode") -> Line:
    """The host on one line: what is fullest first to be kept where there is little room."""
    runs = [Run("host ", "muted")]
    used = 5
    for figure in host.figures:
        text = f"{figure.label} {figure.text}"
        spark = sparkline(figure.series, 6, charset) if width >= 100 else ""
        size = cells(text) + (len(spark) + 1 if spark else 0) + 2
        if used + size > width:
            break
        runs.append(Run(text, _fullness(figure)))
        runs.append(Run(f" {spark}  " if spark else "  ", "muted"))
        used += size
    return tuple(runs)


def host_lines(host: HostFigures, width: int, charset: Charset = "unicode") -> list[Line]:
    """A line a figure, with its sparkline as wide as there is room."""
    label = max(cells(figure.label) for figure in host.figures)
    text = max(cells(figure.text) for figure in host.figures)
    room = max(width - label - text - 4, 0)
    lines = [
        (
            Run(fit(figure.label, min(label, width)) + "  ", "muted"),
            Run(fit(figure.text, text, right=True) + "  ", _fullness(figure)),
            Run(sparkline(figure.series, min(room, 40), charset), "muted"),
        )
        for figure in host.figures
    ]
    return [*lines, *((Run(line, "muted"),) for line in wrap(host.note, width) if host.note)]


def _fullness(figure: Figure) -> str:
    if figure.percent is None or figure.percent < 80:
        return ""
    return "state.down" if figure.percent >= 95 else "state.degraded"


def no_services(width: int) -> list[Line]:
    """What to do where nothing is watched yet."""
    text = (
        "This host is all that is watched so far. A warroom.toml beside your work adds services:\n"
        "\n"
        "[[service]]\n"
        'name = "api"\n'
        'http = "https://api.internal/healthz"\n'
        "\n"
        "`warroom init` begins one, with all that it finds. It is read when warroom starts."
    )
    return [(Run(line, "muted"),) for line in wrap(text, width)]
