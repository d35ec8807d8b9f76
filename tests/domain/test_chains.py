"""What was done to a chain is found and named, wherever it was done."""

import hashlib
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.chains import FIRST_LINK, Damage, Finding, Head, Item, Walk, chained

FORGED = hashlib.sha256(b"forged").digest()


def chain(length: int) -> list[Item]:
    items: list[Item] = []
    for number in range(1, length + 1):
        digest = hashlib.sha256(str(number).encode()).digest()
        items.append(Item(number, digest, chained(items[-1].link if items else FIRST_LINK, number, digest)))
    return items


def head_of(items: list[Item]) -> Head:
    return Head(items[-1].number, items[-1].link) if items else Head(0, FIRST_LINK)


def walked(items: list[Item], head: Head, anchored: dict[int, bytes] | None = None, beyond: int = 0) -> Finding | None:
    walk = Walk(head)
    for item in sorted(items, key=lambda item: item.number):
        walk.take(item, (anchored or {}).get(item.number))
    return walk.end(beyond)


def chained_anew(items: list[Item], behind: int) -> list[Item]:
    """The items with every link behind a number made anew, as whoever knows how links are made would do it."""
    made: list[Item] = []
    for item in items:
        last = made[-1].link if made else FIRST_LINK
        made.append(replace(item, link=chained(last, item.number, item.digest)) if item.number > behind else item)
    return made


lengths = st.integers(min_value=1, max_value=12)


@st.composite
def places(draw: st.DrawFn, least: int = 1) -> tuple[list[Item], int]:
    """A chain, and a number on it."""
    items = chain(draw(st.integers(min_value=least, max_value=12)))
    return items, draw(st.integers(min_value=1, max_value=len(items)))


@given(st.integers(min_value=0, max_value=12))
def test_a_chain_that_nobody_touched_is_sound(length: int) -> None:
    items = chain(length)
    assert walked(items, head_of(items), {item.number: item.link for item in items}) is None


@given(places())
def test_an_edited_content_is_named(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    head = head_of(items)
    items[number - 1] = replace(items[number - 1], digest=FORGED)
    assert walked(items, head) == Finding(number, Damage.EDITED, number)


@given(places())
def test_an_edited_link_is_named(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    head = head_of(items)
    items[number - 1] = replace(items[number - 1], link=FORGED)
    assert walked(items, head) == Finding(number, Damage.EDITED, number)


@given(places(least=2), st.data())
def test_a_gap_is_named(given_place: tuple[list[Item], int], data: st.DataObject) -> None:
    items, number = given_place
    number = min(number, len(items) - 1)
    until = data.draw(st.integers(min_value=number, max_value=len(items) - 1))
    head = head_of(items)
    del items[number - 1 : until]
    assert walked(items, head) == Finding(number, Damage.DELETED, until)


@given(places(least=2))
def test_a_gap_that_was_closed_is_named(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    number = min(number, len(items) - 1)
    head = head_of(items)
    rest = [replace(item, number=item.number - 1) for item in items[number:]]
    assert walked(items[: number - 1] + rest, head) == Finding(number, Damage.DELETED, number)


@given(places())
def test_a_cut_end_is_named(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    assert walked(items[: number - 1], head_of(items)) == Finding(number, Damage.TRUNCATED, len(items))


@given(places())
def test_a_cut_end_is_found_by_what_was_anchored_when_the_head_was_set_back_too(
    given_place: tuple[list[Item], int],
) -> None:
    items, number = given_place
    cut = items[: number - 1]
    found = walked(cut, head_of(cut), {item.number: item.link for item in cut}, beyond=len(items))
    assert found == Finding(number, Damage.TRUNCATED, len(items))


@given(places(least=2), st.data())
def test_two_that_changed_places_are_named(given_place: tuple[list[Item], int], data: st.DataObject) -> None:
    items, number = given_place
    number = min(number, len(items) - 1)
    other = data.draw(st.integers(min_value=number + 1, max_value=len(items)))
    head = head_of(items)
    first, second = items[number - 1], items[other - 1]
    items[number - 1], items[other - 1] = replace(second, number=number), replace(first, number=other)
    assert walked(items, head) == Finding(number, Damage.REORDERED, number)


@given(places(least=2), st.data())
def test_two_whose_contents_changed_places_are_named(given_place: tuple[list[Item], int], data: st.DataObject) -> None:
    items, number = given_place
    number = min(number, len(items) - 1)
    other = data.draw(st.integers(min_value=number + 1, max_value=len(items)))
    head = head_of(items)
    first, second = items[number - 1], items[other - 1]
    items[number - 1], items[other - 1] = replace(first, digest=second.digest), replace(second, digest=first.digest)
    assert walked(items, head) == Finding(number, Damage.REORDERED, number)


@given(places(least=2), st.data())
def test_one_that_was_moved_among_the_others_is_named(given_place: tuple[list[Item], int], data: st.DataObject) -> None:
    items, number = given_place
    other = data.draw(st.integers(min_value=1, max_value=len(items)).filter(lambda other: other != number))
    head = head_of(items)
    order = [item for item in items if item.number != number]
    order.insert(other - 1, items[number - 1])
    moved = [replace(item, number=place) for place, item in enumerate(order, 1)]
    assert walked(moved, head) == Finding(min(number, other), Damage.REORDERED, min(number, other))


@given(places())
def test_one_that_was_moved_behind_the_end_is_named(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    head = head_of(items)
    items[number - 1] = replace(items[number - 1], number=len(items) + 3)
    found = walked(items, head)
    if number == len(items):
        assert found is not None
        assert found.number == number
    else:
        assert found == Finding(number, Damage.REORDERED, number)


@given(places(), st.booleans())
def test_one_that_was_put_in_between_is_named(given_place: tuple[list[Item], int], knows_how: bool) -> None:
    items, number = given_place
    head = head_of(items)
    last = items[number - 2].link if number > 1 else FIRST_LINK
    forged = Item(number, FORGED, chained(last, number, FORGED) if knows_how else FORGED)
    rest = [replace(item, number=item.number + 1) for item in items[number - 1 :]]
    assert walked([*items[: number - 1], forged, *rest], head) == Finding(number, Damage.INSERTED, number)


@given(places(), st.booleans(), st.integers(min_value=1, max_value=5))
def test_one_that_was_put_behind_the_end_is_named(
    given_place: tuple[list[Item], int], knows_how: bool, further: int
) -> None:
    items, _ = given_place
    head = head_of(items)
    number = len(items) + further
    forged = Item(number, FORGED, chained(items[-1].link, number, FORGED) if knows_how else FORGED)
    assert walked([*items, forged], head) == Finding(number, Damage.INSERTED, number)


def test_one_that_was_put_before_the_beginning_is_named() -> None:
    items = chain(3)
    assert walked([Item(0, FORGED, FORGED), *items], head_of(items)) == Finding(0, Damage.INSERTED, 0)


@given(places(least=3))
def test_a_chain_written_anew_is_found_by_what_was_anchored(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    anchored = {number: items[number - 1].link for number in (1, len(items))}
    number = max(number, 2)
    forged = [*items[: number - 1], replace(items[number - 1], digest=FORGED), *items[number:]]
    anew = chained_anew(forged, number - 1)
    assert walked(anew, head_of(anew)) is None
    assert walked(anew, head_of(anew), anchored) == Finding(2, Damage.EDITED, len(items))


@given(places())
def test_a_head_that_was_set_back_alone_is_named(given_place: tuple[list[Item], int]) -> None:
    items, number = given_place
    if number == len(items):
        return
    anchored = {item.number: item.link for item in items}
    found = walked(items, Head(number, items[number - 1].link), anchored)
    assert found == Finding(number, Damage.EDITED, number)


@given(places())
def test_a_head_with_another_link_is_named(given_place: tuple[list[Item], int]) -> None:
    items, _ = given_place
    found = walked(items, Head(len(items), FORGED), {len(items): items[-1].link})
    assert found == Finding(len(items), Damage.EDITED, len(items))


def test_what_is_wrong_with_an_item_by_itself_is_named() -> None:
    items = chain(3)
    items[1] = replace(items[1], damage=Damage.DELETED)
    assert walked(items, head_of(items)) == Finding(2, Damage.DELETED, 2)
