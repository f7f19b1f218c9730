"""What a command writes, while it runs: whole characters, its end, no secrets."""

import pytest

from warroom.tui.output import Output

KEY = "-----BEGIN RSA PRIVATE KEY-----\n" + "MIIEow0a1b2c3d4e5f\n" * 1000 + "-----END RSA PRIVATE KEY-----\n"


def shown(*pieces: bytes) -> Output:
    output = Output()
    for piece in pieces:
        output.take(piece)
    return output


def test_a_character_that_comes_in_two_pieces_is_shown_as_one() -> None:
    assert shown(b"8 \xe2\x86", b"\x92 9").text == "8 → 9"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("password=hunter22\n" * 3000, "password=REDACTED\n" * 3000),
        ('"password":\n"hunter22"\n' * 2000, '"password":\n"REDACTED"\n' * 2000),
        (f"all is well\n{KEY}again\n" + "so it is\n" * 2000, "all is well\nREDACTED\nagain\n" + "so it is\n" * 2000),
    ],
)
@pytest.mark.parametrize("size", [97, 1000, 100_000])
def test_what_is_secret_is_never_shown_whatever_pieces_it_comes_in(written: str, text: str, size: int) -> None:
    data = written.encode()
    output = Output()
    for start in range(0, len(data), size):
        output.take(data[start : start + size])
        assert size < 1000 or '"' in text or "hunter" not in output.text
    assert output.text == text


def test_of_much_output_the_end_is_kept() -> None:
    output = shown(*(f"line {number}\n".encode() for number in range(50_000)))
    assert output.cut
    assert output.text.endswith("line 49999\n")
    assert len(output.text) < 210_000
    endless = shown(*[b"x" * 50_000] * 10)
    assert endless.cut
    assert len(endless.text) < 210_000
