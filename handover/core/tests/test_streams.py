"""Streams at rest: what comes out is what went in, or nothing does."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handover.core.encryption import CannotOpen
from handover.core.streams import MARK, PIECE, SALT_BYTES, TAG_BYTES, StreamSealer

SEALER = StreamSealer(b"k" * 32)
LENGTHS = [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 5]
HEAD = len(MARK) + SALT_BYTES


def sealed(content: bytes, place: str = "1/a") -> bytes:
    return b"".join(SEALER.seal([content], place))


def opened(content: bytes, place: str = "1/a", sealer: StreamSealer = SEALER) -> bytes:
    return b"".join(sealer.open([content], place))


@pytest.mark.parametrize("length", LENGTHS)
def test_what_was_sealed_opens_again(length: int) -> None:
    content = bytes(n % 251 for n in range(length))
    assert opened(sealed(content)) == content


@settings(max_examples=30, deadline=None)
@given(
    content=st.binary(max_size=4 * PIECE),
    cuts=st.lists(st.integers(0, 4 * PIECE), max_size=8),
)
def test_it_does_not_matter_how_it_was_cut_into_chunks(content: bytes, cuts: list[int]) -> None:
    edges = sorted({0, *cuts, len(content)})
    chunks = [content[a:b] for a, b in pairwise(edges)]
    whole = b"".join(SEALER.seal(chunks, "x"))
    pieces = [whole[a:b] for a, b in pairwise(sorted({0, *cuts, len(whole)}))]
    assert b"".join(SEALER.open([*pieces, whole[len(b"".join(pieces)) :]], "x")) == content


@pytest.mark.parametrize("length", LENGTHS)
def test_nothing_of_the_content_is_readable(length: int) -> None:
    assert b"abcdefgh" not in sealed(b"abcdefgh" * (length // 8))
    assert sealed(b"a" * length) != sealed(b"a" * length)


@pytest.mark.parametrize("cut", [1, TAG_BYTES, PIECE + TAG_BYTES, 2 * (PIECE + TAG_BYTES)])
def test_a_stream_that_lost_its_end_does_not_open(cut: int) -> None:
    with pytest.raises(CannotOpen, match="damaged"):
        opened(sealed(b"a" * 3 * PIECE)[:-cut])


def test_a_stream_that_lost_its_beginning_does_not_open() -> None:
    for cut in (1, HEAD, HEAD + 1):
        with pytest.raises(CannotOpen):
            opened(sealed(b"abc")[cut:])
    with pytest.raises(CannotOpen, match="beginning"):
        opened(b"")


def test_pieces_that_changed_places_do_not_open() -> None:
    whole, size = sealed(b"a" * PIECE + b"b" * PIECE + b"c"), PIECE + TAG_BYTES
    first, second = whole[HEAD : HEAD + size], whole[HEAD + size : HEAD + 2 * size]
    with pytest.raises(CannotOpen):
        opened(whole[:HEAD] + second + first + whole[HEAD + 2 * size :])


def test_it_opens_in_its_own_place_with_its_own_key_only() -> None:
    with pytest.raises(CannotOpen):
        opened(sealed(b"abc"), "1/b")
    with pytest.raises(CannotOpen, match="another installation's key"):
        opened(sealed(b"abc"), sealer=StreamSealer(b"l" * 32))


def test_the_sealer_does_not_show_its_key() -> None:
    assert "kkk" not in f"{SEALER!r} {SEALER}"
