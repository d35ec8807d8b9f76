"""What members are told of, in sentences, and who is meant by a mention."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import mentions, notifications
from domain.identity import Kind, new_id, written
from domain.notifications import ABOUT_NOTES, FACTS, NotificationKind

SENTENCES = {
    NotificationKind.CARE_TEAM_JOINED: (
        {"by": "Ama Mensah", "role": "Doula", "level": "SHARE"},
        "Ama Mensah put you on a care team as Doula, may edit and share.",
    ),
    NotificationKind.MENTIONED: ({"by": "Ama Mensah"}, "Ama Mensah mentioned you in a note."),
    NotificationKind.COSIGNED: ({"by": "Ama Mensah"}, "Ama Mensah cosigned a note of yours."),
    NotificationKind.GLASS_BROKEN: (
        {"by": "Ama Mensah", "minutes": 30},
        "Ama Mensah opened a client's file in an emergency for 30 minutes; it waits for review.",
    ),
}


@pytest.mark.parametrize("kind", NotificationKind)
def test_every_kind_has_a_sentence_for_its_facts(kind: NotificationKind) -> None:
    facts, sentence = SENTENCES[kind]
    assert set(facts) == set(FACTS[kind])
    assert notifications.summary(kind, facts) == sentence


@given(
    kind=some.sampled_from(NotificationKind),
    facts=some.dictionaries(some.sampled_from(["by", "role", "level"]), some.one_of(some.none(), some.text())),
)
def test_a_sentence_is_one_line_and_never_empty_whatever_is_missing(
    kind: NotificationKind, facts: dict[str, str | None]
) -> None:
    said = notifications.summary(kind, facts)
    assert 1 < len(said) <= notifications.SUMMARY_CHARACTERS
    assert said == " ".join(said.split())
    assert said.endswith(".")


def test_what_is_about_a_note_is_said_once() -> None:
    assert {NotificationKind.MENTIONED, NotificationKind.COSIGNED} == ABOUT_NOTES


ONE, OTHER = (UUID(int=number) for number in (1, 2))
MARKS = [
    (f"Ask @membership_{ONE.hex}.", [ONE]),
    (f"[@Ama](membership_{ONE.hex}) and (@membership_{OTHER.hex})", [ONE, OTHER]),
    (f"@membership_{ONE.hex} @membership_{ONE.hex}", [ONE]),
    (f"membership_{ONE.hex} is an id", []),
    (f"@membership_{ONE.hex}0", []),
    ("@membership_12 @Ama", []),
]


@pytest.mark.parametrize(("text", "members"), MARKS)
def test_members_are_marked_in_a_text(text: str, members: list[UUID]) -> None:
    assert mentions.marked(text) == members


def test_who_is_mentioned_is_meant_once_and_never_the_author() -> None:
    assert mentions.of(f"@membership_{ONE.hex} @membership_{OTHER.hex}", [OTHER, ONE], ONE) == [OTHER]


@given(ids=some.lists(some.builds(new_id), max_size=5), words=some.lists(some.text(max_size=9), min_size=6, max_size=6))
def test_every_mark_is_found_among_other_words(ids: list[UUID], words: list[str]) -> None:
    text = words[0] + "".join(
        f" @{written(Kind.MEMBERSHIP, id)} {word}" for id, word in zip(ids, words[1:], strict=False)
    )
    assert mentions.marked(text) == ids
