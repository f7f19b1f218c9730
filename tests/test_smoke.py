"""The package can be started at all."""

from warroom import __version__
from warroom.cli import main


def test_version_is_printed(capsys: object) -> None:
    assert main(["--version"]) == 0
    assert __version__
