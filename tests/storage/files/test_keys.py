"""Keys that cannot be wrong, places, spans and parts."""

from uuid import UUID, uuid1

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity import new_id
from storage.files.errors import InvalidKey
from storage.files.interface import MOST_PARTS, PART_BYTES, Area, Key, Span, Under, part_bytes, part_sizes

PRACTICE, OTHER = UUID("0192f0c1-0000-7000-8000-00000000000a"), UUID("0192f0c1-0000-7000-8000-00000000000b")
KEY = Key(PRACTICE, Area.FINAL, UUID("0b1c2d3e-4f50-4a6b-8c7d-9e0f1a2b3c4d"))


def test_a_key_is_written_with_ids_alone_and_read_again() -> None:
    assert str(KEY) == f"{PRACTICE.hex}/final/0b1c2d3e4f504a6b8c7d9e0f1a2b3c4d"
    assert Key.read(str(KEY)) == KEY


def test_the_id_of_a_file_does_not_tell_when_it_was_made() -> None:
    for timed in (new_id(), uuid1(), UUID(int=0)):
        with pytest.raises(InvalidKey):
            Key(PRACTICE, Area.FINAL, timed)
    assert Key.made(PRACTICE, Area.FINAL).id.version == 4


@pytest.mark.parametrize(
    "parts",
    [
        ("../x", Area.FINAL, KEY.id),
        (PRACTICE, "final", KEY.id),
        (PRACTICE, "../x", KEY.id),
        (PRACTICE, Area.FINAL, KEY.id.hex),
        (None, Area.FINAL, KEY.id),
    ],
)
def test_a_key_is_made_of_ids_and_nothing_else(parts: tuple[UUID, Area, UUID]) -> None:
    with pytest.raises(InvalidKey):
        Key(*parts)


HOSTILE = [
    "", "/", "..", "../../etc/passwd", f"/{KEY}", f"{KEY}/", f"{KEY}\n", f"{KEY}\0", f" {KEY}", str(KEY).upper(),
    f"{PRACTICE}/final/{KEY.id}", f"{PRACTICE.hex}/other/{KEY.id.hex}", f"{PRACTICE.hex}/final/../{KEY.id.hex}",
    f"{PRACTICE.hex}/final/{'0' * 32}", f"{PRACTICE.hex}/final/{'a' * 300}", f"{PRACTICE.hex}//{KEY.id.hex}",
    f"{PRACTICE.hex}/final/{KEY.id.hex[:-1]}٣", f"{PRACTICE.hex}/final/{KEY.id.hex[:-1]}‮", f"{PRACTICE.hex}\\final\\x",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_no_key_and_is_not_repeated(text: str) -> None:
    with pytest.raises(InvalidKey) as refused:
        Key.read(text)
    assert str(refused.value) in (
        "not the text of a key",
        "the id of a file is random (UUIDv4): a time-ordered one tells when it was made",
    )


@given(st.text())
def test_any_other_text_is_no_key(text: str) -> None:
    with pytest.raises(InvalidKey):
        Key.read(text)


def test_a_place_ends_in_a_slash_so_that_no_other_begins_like_it() -> None:
    assert [str(Under()), str(Under(PRACTICE)), str(Under(PRACTICE, Area.FINAL))] == [
        "", f"{PRACTICE.hex}/", f"{PRACTICE.hex}/final/",
    ]  # fmt: skip
    assert KEY in Under()
    assert KEY in Under(PRACTICE, Area.FINAL)
    assert KEY not in Under(PRACTICE, Area.STAGING)
    assert KEY not in Under(OTHER)
    with pytest.raises(InvalidKey):
        Under(None, Area.FINAL)


@pytest.mark.parametrize("span", [(-1, None), (0, 0), (5, 5), (5, 4), (-3, -1)])
def test_an_empty_or_negative_span_cannot_be_made(span: tuple[int, int | None]) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(*span)


@given(st.integers(0, 5 << 40))
def test_parts_add_up_and_are_never_too_many(size: int) -> None:
    sizes = part_sizes(size) if size < 1 << 34 else [part_bytes(size)] * (size // part_bytes(size))
    assert len(sizes) <= MOST_PARTS
    assert part_bytes(size) >= PART_BYTES
    if size < 1 << 34:
        assert sum(sizes) == size
        assert set(sizes[:-1]) <= {part_bytes(size)}
