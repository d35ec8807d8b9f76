"""The sentence for each kind of entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from domain import timeline
from domain.refusals import Findings
from domain.texts import is_visible
from domain.timeline import EntryKind, Facts, Visibility

SENTENCES: dict[EntryKind, tuple[Facts, str, str]] = {
    EntryKind.NOTE: ({"title": "First visit"}, "Note “First visit”.", "Note."),
    EntryKind.DOCUMENT: (
        {"name": "Result.pdf", "kind": "LAB_RESULT"},
        "Lab result “Result.pdf” was filed.",
        "Document was filed.",
    ),
    EntryKind.DOCUMENT_VERSION: (
        {"name": "Result.pdf", "kind": "LAB_RESULT", "number": 2},
        "Version 2 of lab result “Result.pdf” was filed.",
        "A newer version of document was filed.",
    ),
    EntryKind.CLIENT_CREATED: (
        {"name": "Kit Moore", "fileNumber": "C-000042", "source": "FHIR"},
        "The file of Kit Moore was opened as C-000042, brought in from FHIR.",
        "The file was opened.",
    ),
    EntryKind.CLIENT_ARCHIVED: (
        {"reason": "Moved away"},
        "The file was put away: Moved away.",
        "The file was put away.",
    ),
    EntryKind.CLIENT_RESTORED: (
        {"to": "ACTIVE", "reason": "Came back"},
        "The file was taken up again, active: Came back.",
        "The file was taken up again.",
    ),
    EntryKind.CLIENT_STATUS_CHANGED: (
        {"from": "PROSPECT", "to": "ACTIVE", "reason": "Contract signed"},
        "The client's status changed from prospect to active: Contract signed.",
        "The client's status changed.",
    ),
    EntryKind.JOURNEY_STARTED: (
        {"title": "Left heel", "lifeEvent": "WOUND_CARE"},
        "Journey “Left heel” (wound care) was opened.",
        "Journey was opened.",
    ),
    EntryKind.JOURNEY_STATUS_CHANGED: (
        {"title": "Birth", "from": "ACTIVE", "to": "PAUSED", "reason": "In hospital"},
        "Journey “Birth” changed from active to paused: In hospital.",
        "Journey changed its status.",
    ),
    EntryKind.JOURNEY_ARCHIVED: (
        {"title": "Birth", "reason": "Opened twice"},
        "Journey “Birth” was put away: Opened twice.",
        "Journey was put away.",
    ),
    EntryKind.JOURNEY_RESTORED: (
        {"title": "Birth", "to": "COMPLETED", "reason": "Needed again"},
        "Journey “Birth” was taken up again, completed: Needed again.",
        "Journey was taken up again.",
    ),
    EntryKind.CARE_TEAM_JOINED: (
        {"person": "Mira Vogel", "role": "Doula", "level": "EDIT", "journey": "Birth"},
        "Mira Vogel (Doula) joined the care team of “Birth”, may view and edit.",
        "A member joined the care team.",
    ),
    EntryKind.CARE_TEAM_CHANGED: (
        {"person": "Mira Vogel", "role": "Lead doula", "level": "SHARE", "journey": "Birth"},
        "The place of Mira Vogel on the care team of “Birth” changed, now Lead doula, may edit and share.",
        "The place of a member on the care team changed.",
    ),
    EntryKind.CARE_TEAM_LEFT: (
        {"person": "Mira Vogel", "role": "Doula", "journey": "Birth", "reason": "On leave"},
        "Mira Vogel (Doula) left the care team of “Birth”: On leave.",
        "A member left the care team.",
    ),
    EntryKind.CALL: (
        {"direction": "INCOMING", "whom": "the partner", "minutes": 12, "text": "Contractions every ten minutes"},
        "Call from the partner, 12 min: Contractions every ten minutes.",
        "Telephone call.",
    ),
    EntryKind.FOLLOW_UP: (
        {"whom": "her mother", "text": "Sleeping better."},
        "Follow-up with her mother: Sleeping better.",
        "Follow-up.",
    ),
    EntryKind.OBSERVATION: (
        {"what": "Blood pressure", "value": "118/76", "unit": "mmHg", "text": "sitting"},
        "Blood pressure 118/76 mmHg: sitting.",
        "Observation.",
    ),
    EntryKind.ADMINISTRATION: ({"text": "Sent the contract"}, "Sent the contract.", "Something was done at the desk."),
    EntryKind.ENCOUNTER: (
        {
            "what": "Well child visit",
            "status": "FINISHED",
            "reason": "Six-month check",
            "practitioner": "Dr. Brown",
            "place": "Total Health Care",
            "minutes": 15,
        },
        "Well child visit with Dr. Brown at Total Health Care, 15 min (finished): Six-month check.",
        "Encounter.",
    ),
}
"""Facts that stand for the kind, the sentence they make, and the sentence without any."""


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_has_its_sentence(kind: EntryKind) -> None:
    facts, sentence, _ = SENTENCES[kind]
    assert timeline.summary(kind, facts) == sentence


@pytest.mark.parametrize("kind", EntryKind)
def test_every_kind_has_a_sentence_without_any_facts(kind: EntryKind) -> None:
    assert timeline.summary(kind, {}) == SENTENCES[kind][2]


@pytest.mark.parametrize("kind", EntryKind)
def test_every_fact_that_a_kind_knows_shows_in_its_sentence(kind: EntryKind) -> None:
    facts = SENTENCES[kind][0]
    of_notes = {"moved"} if kind is EntryKind.NOTE else set()
    of_records = {"removed", "by"} if kind in timeline.RECORDS else set()
    assert set(facts) | of_records | of_notes == set(timeline.FACTS[kind])
    whole = timeline.summary(kind, facts)
    for name in facts:
        assert timeline.summary(kind, {key: value for key, value in facts.items() if key != name}) != whole


def test_a_note_that_was_removed_says_by_whom_and_nothing_else() -> None:
    removed = timeline.tombstone("Ama Mensah")
    assert timeline.summary(EntryKind.NOTE, removed) == "A note was removed by Ama Mensah."
    assert timeline.summary(EntryKind.NOTE, timeline.tombstone(None)) == "A note was removed."
    assert timeline.summary(EntryKind.NOTE, {"title": "First visit", **removed}) == "A note was removed by Ama Mensah."


def test_a_note_that_was_moved_says_by_whom_and_not_where_to() -> None:
    moved = timeline.moved_away("Ama Mensah")
    assert timeline.summary(EntryKind.NOTE, moved) == "A note was moved to where it belongs by Ama Mensah."
    assert set(moved) == {"moved", "by"}


VALUES = some.none() | some.integers() | some.text(max_size=400)


@given(some.sampled_from(EntryKind), some.data())
def test_a_sentence_is_one_bounded_line_whatever_the_facts(kind: EntryKind, data: some.DataObject) -> None:
    facts = data.draw(some.dictionaries(some.sampled_from(timeline.FACTS[kind]), VALUES))
    sentence = timeline.summary(kind, facts)
    assert is_visible(sentence)
    assert len(sentence) <= timeline.SUMMARY_CHARACTERS
    assert len(sentence.splitlines()) == 1


def test_a_fact_with_braces_is_told_as_it_is() -> None:
    assert timeline.summary(EntryKind.ADMINISTRATION, {"text": "{} and {0}"}) == "{} and {0}."


def test_what_tells_of_health_is_clinical_by_default() -> None:
    clinical = {kind for kind in EntryKind if timeline.default_visibility(kind) is Visibility.CLINICAL}
    assert clinical == timeline.ABOUT_DOCUMENTS | {
        EntryKind.NOTE, EntryKind.FOLLOW_UP, EntryKind.OBSERVATION, EntryKind.ENCOUNTER
    }  # fmt: skip


def test_notes_and_documents_are_the_records_so_far() -> None:
    assert {EntryKind.NOTE, EntryKind.DOCUMENT, EntryKind.DOCUMENT_VERSION} == timeline.RECORDS


def test_a_document_that_was_removed_says_by_whom_and_nothing_else() -> None:
    removed = {"name": "Result.pdf", "kind": "LAB_RESULT", "number": 2, **timeline.tombstone("Ama Mensah")}
    assert timeline.summary(EntryKind.DOCUMENT, removed) == "A document was removed by Ama Mensah."
    assert timeline.summary(EntryKind.DOCUMENT_VERSION, removed) == (
        "A version of a document was removed by Ama Mensah."
    )


def wrong(kind: EntryKind, facts: Facts) -> list[str]:
    findings = Findings()
    timeline.check_added(kind, facts, findings)
    return [problem.path[-1] for problem in findings.problems]


@pytest.mark.parametrize("kind", EntryKind)
def test_only_some_kinds_are_written_by_hand(kind: EntryKind) -> None:
    assert wrong(kind, {"text": "Something"}) == ([] if kind in timeline.ADDABLE else ["kind"])


def test_what_is_written_by_hand_says_something() -> None:
    assert wrong(EntryKind.CALL, {"text": " "}) == ["text"]
    assert wrong(EntryKind.OBSERVATION, {"what": "Weight", "value": "61"}) == []


def test_what_the_sentence_of_a_kind_cannot_tell_is_refused() -> None:
    assert wrong(EntryKind.ADMINISTRATION, {"text": "Filed", "minutes": 3}) == ["minutes"]
    assert wrong(EntryKind.CALL, {"text": "Asked for a date", "value": "61"}) == ["value"]


@pytest.mark.parametrize(("minutes", "paths"), [(-1, ["minutes"]), (0, []), (1_440, []), (1_441, ["minutes"])])
def test_a_call_lasts_at_most_a_day(minutes: int, paths: list[str]) -> None:
    assert wrong(EntryKind.CALL, {"text": "Asked for a date", "minutes": minutes}) == paths
