"""Terminal output becomes lines, however it was cut."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from trireme.client.capture.lines import LineAssembler
from trireme.domain.records import MAX_STRING_BYTES


def lines_of(*pieces: bytes) -> list[str]:
    assembler = LineAssembler()
    found = [line for piece in pieces for line in assembler.feed(piece)]
    return found + assembler.finish()


def test_lines_end_with_either_newline() -> None:
    assert lines_of(b"one\ntw", b"o\r", b"\n\nlast") == ["one", "two", "", "last"]


def test_a_progress_bar_is_one_line_in_its_last_state() -> None:
    assert lines_of(b"before\n 0%", b"\r 50%", b"\r100%\x1b[K", b"\nafter\n") == ["before", "100%", "after"]
    assert lines_of(b"10%\r20%\r") == ["20%"]
    assert lines_of(b"long text\r\x1b[2K\rshort\n") == ["short"]


def test_nested_progress_bars_do_not_flood() -> None:
    # What tqdm prints for an outer and an inner bar.
    pieces = [b"outer 0/2", *(b"\n\rinner %d/2\x1b[A\router 0/2" % i for i in range(3)), b"\n\r\x1b[A\router 2/2\n"]
    assert lines_of(*pieces) == ["outer 0/2", "inner 2/2"]


def test_colours_stay_and_other_codes_go() -> None:
    assert lines_of(b"\x1b[1;31mred\x1b[0m\x1b[?25l\x1b]0;title\x07 plain\x1b(B\n") == ["\x1b[1;31mred\x1b[0m plain"]


def test_a_line_is_cut_at_a_megabyte() -> None:
    for byte in (b"x", "ü".encode(), b"\xff"):
        line, after = lines_of(byte * 3_000_000, b"more\nafter\n")
        assert len(line.encode()) <= MAX_STRING_BYTES
        assert after == "after"
    assert lines_of(b"x" * 3_000_000)[0].endswith("x … (cut)")


def test_bytes_that_are_no_text_are_marked() -> None:
    assert lines_of(b"a\xffb\n") == ["a\ufffdb"]


terminal = st.lists(
    st.sampled_from(
        [b"a", b"bc", "é".encode(), b"\n", b"\r", b"\r\n", b"\x1b[A", b"\x1b[2A", b"\x1b[K", b"\x1b[31m", b"\xff", b"\x1b"]
    ),
    max_size=40,
).map(b"".join)


@given(terminal, st.lists(st.integers(0, 80), max_size=8))
def test_how_output_is_cut_into_pieces_makes_no_difference(output: bytes, cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(output)]
    pieces = [output[start:stop] for start, stop in itertools.pairwise(places)]
    assert lines_of(*pieces) == lines_of(output)


@given(st.lists(st.text(st.characters(exclude_characters="\r\n\x1b\x9b", exclude_categories=["Cs"]))))
def test_plain_lines_come_out_as_they_went_in(lines: list[str]) -> None:
    assert lines_of("".join(f"{line}\n" for line in lines).encode()) == lines
