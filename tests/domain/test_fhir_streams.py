"""A Bundle is taken apart the same in whatever pieces it comes, and one that is cut off is never taken for whole."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.fhir.streams import NotJson, Splitter

VALUE = st.recursive(
    st.none() | st.integers() | st.text(max_size=8), lambda inner: st.lists(inner, max_size=3), max_leaves=6
)
ENTRY = st.dictionaries(st.sampled_from(["resource", "entry", '"]}', "\\"]), VALUE, max_size=3)
AROUND = st.dictionaries(st.sampled_from(["link", "type", "a entry", "resourceType"]), VALUE, max_size=3)


def split(content: bytes, size: int) -> tuple[list[Any], Any]:
    splitter = Splitter()
    found = [json.loads(each) for at in range(0, len(content), size) for each in splitter.feed(content[at : at + size])]
    return found, json.loads(splitter.end())


@given(st.lists(ENTRY | st.none(), max_size=4), AROUND, AROUND, st.integers(1, 30))
def test_entries_come_out_whatever_the_pieces(
    entries: list[Any], before: dict[str, Any], behind: dict[str, Any], size: int
) -> None:
    document = {**before, "entry": entries, **{f"{key} ": value for key, value in behind.items()}}

    found, around = split(json.dumps(document).encode(), size)

    assert found == [each for each in entries if each is not None]
    assert around == {**document, "entry": [None if each is None else 0 for each in entries]}


@given(st.lists(ENTRY, min_size=1, max_size=3), st.data())
def test_a_document_that_is_cut_anywhere_is_never_whole(entries: list[Any], data: st.DataObject) -> None:
    content = json.dumps({"resourceType": "Bundle", "entry": entries}).encode()
    end = data.draw(st.integers(0, len(content) - 1))

    with pytest.raises((NotJson, ValueError)):
        split(content[:end], 7)
