"""The rules of folders: whatever is moved wherever, they stay trees that are not too deep."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import folders
from domain.folders import WouldBeACircle
from domain.refusals import NotAllowedNow, Refusal

FOLDERS = [UUID(int=number) for number in range(1, 9)]
moves = some.lists(some.tuples(some.sampled_from(FOLDERS), some.one_of(some.none(), some.sampled_from(FOLDERS))))


def is_forest(parents: dict[UUID, UUID | None]) -> bool:
    """Whether every folder leads outside in the end."""
    for folder in parents:
        seen, at = set(), folder
        while at is not None:
            if at in seen:
                return False
            seen.add(at)
            at = parents[at]
    return True


@given(moves)
def test_no_moves_ever_make_a_circle(wanted: list[tuple[UUID, UUID | None]]) -> None:
    parents: dict[UUID, UUID | None] = dict.fromkeys(FOLDERS)
    for folder, parent in wanted:
        would = {**parents, folder: parent}
        try:
            folders.check_move(folder, parent, parents)
        except WouldBeACircle:
            assert not is_forest(would)
        else:
            assert is_forest(would)
            parents = would


@given(moves)
def test_what_is_within_a_folder_has_it_among_its_ancestors(wanted: list[tuple[UUID, UUID | None]]) -> None:
    parents: dict[UUID, UUID | None] = dict.fromkeys(FOLDERS)
    for folder, parent in wanted:
        if is_forest({**parents, folder: parent}):
            parents[folder] = parent
    for folder in FOLDERS:
        below = folders.within(folder, parents)
        assert below == {each for each in FOLDERS if folder in folders.ancestors(each, parents)}
        order = folders.innermost_first(below, parents)
        assert order[-1] == folder
        assert folders.height(folder, parents) == max(len(folders.ancestors(each, parents)) for each in below) - (
            len(folders.ancestors(folder, parents)) - 1
        )


def test_folders_are_no_deeper_than_twelve() -> None:
    chain: dict[UUID, UUID | None] = {UUID(int=n): UUID(int=n - 1) if n > 1 else None for n in range(1, 13)}
    with pytest.raises(NotAllowedNow):
        folders.check_new(UUID(int=12), chain)
    folders.check_new(UUID(int=11), chain)
    two: dict[UUID, UUID | None] = {**chain, UUID(int=20): None, UUID(int=21): UUID(int=20)}
    with pytest.raises(NotAllowedNow):
        folders.check_move(UUID(int=20), UUID(int=11), two)
    folders.check_move(UUID(int=20), UUID(int=10), two)


def test_a_client_has_no_more_than_a_thousand_folders() -> None:
    many: dict[UUID, UUID | None] = {UUID(int=number): None for number in range(1, folders.MOST + 1)}
    with pytest.raises(Refusal):
        folders.check_new(None, many)
