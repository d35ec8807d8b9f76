"""Signing, signing a second time, adding, autosaving, labelling, taking up again: what is allowed, kept and counted."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select, update

from auth.viewers import Member, Viewer
from domain.identity import read
from domain.notes import SITTING
from domain.people import Level, Role
from resolvers.verifying import verify
from storage.database.audit import AuditDetail, AuditEvent
from storage.database.notes import Note
from storage.database.timeline import PracticeEvent, PracticeSeq
from tests import care, filing, noting
from tests.following import following
from tests.makers import PracticeUnderTest


async def count(practice: PracticeUnderTest, model: Any) -> int:
    """How many rows the practice has in a table."""
    async with practice.casegraph.database.write(practice.id) as session:
        return await session.scalar(select(func.count()).where(model.practice_id == practice.id)) or 0


async def kept(practice: PracticeUnderTest) -> list[Any]:
    """All that acts on notes could change, as it stands."""
    return [await care.everything(practice), await count(practice, AuditEvent), await count(practice, PracticeEvent)]


async def test_only_its_author_signs_a_note_and_only_as_it_was_seen(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    ama, ben = [await noting.practitioner(practice, name, client) for name in ("Ama", "Ben")]
    note = await noting.written(practice, ama, client)
    await noting.changed(practice, ama, note, text="Other words")
    before = await kept(practice)

    assert noting.codes(await noting.signed(practice, ben, {**note, "version": 2})) == ["NOT_YOURS"]
    stale = await noting.signed(practice, ama, note)

    assert (stale["problems"], stale["current"]) == (
        [{"code": "CONFLICT", "path": ["input", "expectedVersion"]}], {"version": 2},
    )  # fmt: skip
    assert await kept(practice) == before


async def test_a_signed_note_is_pinned_labelled_and_put_away_but_not_signed_twice(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client)
    await noting.signed(practice, owner, note)

    assert (await noting.changed(practice, owner, note, pinned=True, labels=["Done"]))["problems"] == []
    assert noting.codes(await noting.signed(practice, owner, note)) == ["ALREADY_DONE"]
    unchanged = await noting.changed(practice, owner, note, text="All well.")
    assert (unchanged["problems"], unchanged["note"]["version"]) == ([], 1)
    away = await noting.carried(practice, owner, "noteArchive", id=note["id"], reason="Wrong")
    assert away["note"]["signature"]["intact"] is True


async def test_a_signature_shows_when_its_note_was_changed_behind_its_back(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client)
    await noting.signed(practice, owner, note)

    await filing.change(practice, Note, read(note["id"])[1], text="Tampered with.")

    assert (await noting.read(practice, owner, note["id"]))["signature"]["intact"] is False


async def test_an_imported_note_is_never_signed_but_can_be_added_to(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client)
    await filing.change(practice, Note, read(note["id"])[1], imported=True)

    assert noting.codes(await noting.signed(practice, owner, note)) == ["NOT_ALLOWED_NOW"]
    added = await noting.added(practice, owner, note, "Read and agreed.")
    assert (added["note"]["status"], added["note"]["signature"]) == ("IMPORTED", None)
    assert [one["text"] for one in added["note"]["addenda"]] == ["Read and agreed."]


async def test_a_draft_gets_no_addendum_and_an_addendum_needs_words(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client)

    assert noting.codes(await noting.added(practice, owner, note, "More")) == ["NOT_ALLOWED_NOW"]
    await noting.signed(practice, owner, note)
    assert (await noting.added(practice, owner, note, " \n"))["problems"] == [
        {"code": "INVALID", "path": ["input", "text"]}
    ]
    assert (await noting.read(practice, owner, note["id"]))["addenda"] == []


async def test_an_addendum_is_found_by_its_words_its_id_and_in_the_audit_log(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client, "Slept well")
    await noting.signed(practice, owner, note)
    id = (await noting.added(practice, owner, note, "Mastitis since noon"))["addendum"]["id"]

    assert await noting.listed(practice, owner, client, text="slept mast") == ["Slept well"]
    assert await noting.timeline(practice, owner, client, text="noon") == ["Note “Slept well”."]
    asked = "query ($id: ID!) { node(id: $id) { ... on Addendum { text note { id } } } }"
    assert (await practice.get(owner, asked, id=id))["node"] == {
        "text": "Mastitis since noon",
        "note": {"id": note["id"]},
    }
    stranger = await noting.practitioner(practice, "Far")
    assert (await practice.get(stranger, asked, id=id))["node"] is None
    async with practice.casegraph.database.write(practice.id) as session:
        chosen = select(AuditEvent.client_id, AuditEvent.changes, AuditDetail.values).join(
            AuditDetail, (AuditDetail.seq == AuditEvent.seq) & (AuditDetail.ordinal == AuditEvent.ordinal)
            & (AuditDetail.practice_id == AuditEvent.practice_id),
        )  # fmt: skip
        fact = (await session.execute(chosen.where(AuditEvent.subject == "addendum"))).all()[-1]
    assert (fact.client_id, set(fact.changes), set(fact.values)) == (client, {"note_id", "text"}, {"note_id"})


async def test_marking_somebody_as_supervised_needs_the_settings_and_is_not_ended_by_oneself(
    practice: PracticeUnderTest,
) -> None:
    owner, admin, ben = (
        await practice.member(),
        await practice.member(Role.ADMIN),
        await practice.member(Role.ASSISTANT),
    )

    async def supervise(viewer: Viewer, member: Member, supervised: bool) -> Any:
        given = {"id": care.member_id(member), "supervised": supervised}
        return await noting.asked(practice, viewer, "memberSupervise", "member { supervised }", **given)

    assert (await supervise(ben, admin, True)).codes == ["FORBIDDEN"]
    assert (await supervise(owner, admin, True)).data["memberSupervise"]["member"] == {"supervised": True}
    refused = (await supervise(admin, admin, False)).data["memberSupervise"]
    assert refused == {"member": None, "problems": [{"code": "INVALID", "path": ["input", "id"]}]}
    stranger = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    assert noting.codes((await supervise(owner, stranger, True)).data["memberSupervise"]) == ["NOT_FOUND"]
    assert (await supervise(owner, admin, False)).data["memberSupervise"]["member"] == {"supervised": False}


async def test_who_is_supervised_cosigns_for_nobody(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    one, other = [await noting.trainee(practice, owner, client) for _ in range(2)]
    viewing = await noting.practitioner(practice, "Views", client, Level.VIEW)
    note = await noting.written(practice, one, client)
    draft = await noting.written(practice, one, client)
    await noting.signed(practice, one, note)
    before = await kept(practice)

    asked = "{ notesToCosign { edges { node { id } } } }"
    for viewer in (other, viewing):
        assert (await practice.get(viewer, asked))["notesToCosign"]["edges"] == []
    assert noting.codes(await noting.carried(practice, other, "noteCosign", id=note["id"])) == ["NOT_YOURS"]
    assert noting.codes(await noting.carried(practice, owner, "noteCosign", id=draft["id"])) == ["NOT_ALLOWED_NOW"]
    assert (await noting.asked(practice, viewing, "noteCosign", id=note["id"])).codes == ["FORBIDDEN"]
    assert await kept(practice) == before


async def test_of_two_second_signatures_at_once_one_counts(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    trainee, ama = await noting.trainee(practice, owner, client), await noting.practitioner(practice, "Ama", client)
    note = await noting.written(practice, trainee, client)
    await noting.signed(practice, trainee, note)

    found = await asyncio.gather(
        *(noting.carried(practice, viewer, "noteCosign", id=note["id"]) for viewer in (owner, ama, owner, ama))
    )

    assert sorted(noting.codes(payload) for payload in found) == [[], *[["ALREADY_DONE"]] * 3]
    assert len(await noting.sentences(practice, trainee)) == 1


async def test_a_note_is_signed_as_it_was_seen_or_not_at_all_while_it_is_changed(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    notes = [await noting.written(practice, owner, client) for _ in range(6)]

    for note in notes:
        changed, signed = await asyncio.gather(
            noting.changed(practice, owner, note, text="Other"), noting.signed(practice, owner, note)
        )
        stands = await noting.read(practice, owner, note["id"])
        both = noting.codes(changed), noting.codes(signed), stands["text"], stands["status"]
        assert both in (
            ([], ["CONFLICT"], "Other", "DRAFT"), (["NOTE_SIGNED"], [], "All well.", "SIGNED"),
        )  # fmt: skip


async def test_the_autosaves_of_one_sitting_keep_one_version_one_fact_and_one_event(
    practice: PracticeUnderTest,
) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client, "Draft")
    counted = (AuditEvent, AuditDetail, PracticeEvent)
    note = (await noting.changed(practice, owner, note, text="Draft 0", autosave=True))["note"]
    before = [await count(practice, model) for model in counted]
    seq = (await care.rows_of(practice, PracticeSeq))[0]["seq"]

    for number in range(1, 6):
        note = (await noting.changed(practice, owner, note, text=f"Draft {number}", autosave=True))["note"]

    assert (note["version"], note["text"]) == (7, "Draft 5")
    assert note["revisions"] == [{"version": 1, "text": "Draft"}]
    assert [await count(practice, model) for model in counted] == before
    assert (await care.rows_of(practice, PracticeSeq))[0]["seq"] == seq
    assert await noting.listed(practice, owner, client, text="5") == ["Draft 5"]
    assert await noting.timeline(practice, owner, client) == ["Note “Draft 5”."]
    saved = (await noting.changed(practice, owner, note, text="Done"))["note"]
    assert saved["revisions"][1:] == [{"version": 7, "text": "Draft 5"}]
    assert [await count(practice, model) for model in counted] == [
        number + more for number, more in zip(before, (1, 1, 2), strict=True)
    ]
    assert (await verify(practice.casegraph.database, practice.id, None)).is_sound


async def test_another_member_or_a_later_sitting_keeps_a_version_of_its_own(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    ama = await noting.practitioner(practice, "Ama", client)
    note = await noting.written(practice, owner, client, "0")
    for viewer, text in ((owner, "1"), (owner, "2"), (ama, "3"), (ama, "4"), (owner, "5")):
        note = (await noting.changed(practice, viewer, note, text=text, autosave=True))["note"]
    assert [one["text"] for one in note["revisions"]] == ["0", "2", "4"]

    async with practice.casegraph.database.write(practice.id) as session:
        row = (await session.scalars(select(Note).where(Note.practice_id == practice.id))).one()
        assert row.sitting_at is not None
        await session.execute(
            update(Note).where(Note.practice_id == practice.id).values(sitting_at=row.sitting_at - SITTING)
        )
        await session.commit()
    note = (await noting.changed(practice, owner, note, text="6", autosave=True))["note"]

    assert [one["text"] for one in note["revisions"]] == ["0", "2", "4", "5"]


async def test_labels_are_the_same_however_they_are_spelled(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    one = await noting.written(practice, owner, client, "One", labels=["Wöund  care", "WOUND CARE", "feeding", " "])
    await noting.written(practice, owner, client, "Two", labels=["wound care"])
    away = await noting.written(practice, owner, client, "Three", labels=["wound care"])
    await noting.carried(practice, owner, "noteArchive", id=away["id"], reason="Wrong")

    assert one["labels"] == ["feeding", "Wöund  care"]
    assert await noting.listed(practice, owner, client, labels=["WOUND care"]) == ["Two", "One"]
    assert await noting.listed(practice, owner, client, labels=["wound care", "Feeding"]) == ["One"]
    labels = (await practice.get(owner, "{ noteLabels { label notes } }"))["noteLabels"]
    assert [(each["label"].casefold()[0], each["notes"]) for each in labels] == [("w", 2), ("f", 1)]
    changed = (await noting.changed(practice, owner, one, labels=["Wound care", "sleep"]))["note"]
    assert (changed["labels"], changed["version"], changed["revisions"]) == (["sleep", "Wöund  care"], 1, [])
    refused = await noting.changed(practice, owner, one, labels=["a\nb", *map(str, range(9))])
    assert refused["problems"] == [{"code": "INVALID", "path": ["input", "labels", "0"]}]
    refused = await noting.changed(practice, owner, one, labels=list(map(str, range(21))))
    assert refused["problems"] == [{"code": "INVALID", "path": ["input", "labels"]}]


async def test_a_note_is_taken_up_again_as_it_was(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member(name="Olu")
    note = await noting.written(practice, owner, client, labels=["sleep"])
    await noting.carried(practice, owner, "noteArchive", id=note["id"], reason="Wrong")
    assert await noting.timeline(practice, owner, client, text="all well") == []

    async with following(practice, owner, clientId=filing.client_id(client)) as feed:
        await feed.begins()
        restored = (await noting.carried(practice, owner, "noteRestore", id=note["id"]))["note"]
        heard = await feed.next()

    assert restored == note
    assert (heard["change"], heard["entry"]["removed"], heard["entry"]["subject"]) == (
        "CHANGED", False, {"text": "All well."},
    )  # fmt: skip
    assert await noting.timeline(practice, owner, client, text="all well") == ["Note “All well.”."]
    again = await noting.carried(practice, owner, "noteRestore", id=note["id"])
    assert noting.codes(again) == ["ALREADY_DONE"]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BILLING, Role.ASSISTANT, Role.READ_ONLY])
async def test_who_may_not_write_clinical_records_does_nothing_with_notes(
    practice: PracticeUnderTest, role: Role
) -> None:
    client, owner, other = await filing.client(practice), await practice.member(), await practice.member(role)
    await filing.grant(practice, other, client, Level.VIEW)
    note = await noting.written(practice, owner, client)
    before = await kept(practice)
    acts: dict[str, dict[str, Any]] = {
        "noteSign": {"id": note["id"], "expectedVersion": 1}, "noteCosign": {"id": note["id"]},
        "noteRestore": {"id": note["id"]}, "noteAddendumAdd": {"noteId": note["id"], "text": "Mine"},
        "noteMove": {"id": note["id"], "expectedVersion": 1, "clientId": filing.client_id(client)},
    }  # fmt: skip

    for act, given in acts.items():
        answer = await noting.asked(practice, other, act, "note { id }", **given)
        assert (answer.codes, answer.data) == (["FORBIDDEN"], {act: None})
    assert await kept(practice) == before


WIDE = """
query ($first: Int!) {
  clients(first: $first) {
    edges { node { notes(first: 3, filter: {text: "all", labels: ["Care"], status: [SIGNED]}) {
      edges { node {
        status labels private addenda { text author { name } } cosignedBy { name }
        signature { intact signedBy { name } }
      } }
      totalCount { value }
    } } }
  }
}
"""


async def test_notes_in_full_of_50_clients_take_the_statements_of_one(practice: PracticeUnderTest) -> None:
    owner = await practice.member()
    for _ in range(50):
        note = await noting.written(practice, owner, await filing.client(practice), labels=["care"])
        await noting.signed(practice, owner, note)
        await noting.added(practice, owner, note, "More")

    for first in (1, 50):
        with practice.counted() as read:
            data = await practice.get(owner, WIDE, first=first)
        pages = [edge["node"]["notes"] for edge in data["clients"]["edges"]]
        assert [(len(page["edges"]), page["totalCount"]["value"]) for page in pages] == [(1, 1)] * first
        assert pages[-1]["edges"][0]["node"]["addenda"][0]["text"] == "More"
        # clients, notes, counts, labels, addenda, members
        assert len(read) == 6
    with practice.counted() as read:
        data = await practice.get(
            owner, "{ notes(first: 50) { edges { node { heading labels } } totalCount { value } } }"
        )
    assert data["notes"]["totalCount"] == {"value": 50}
    assert len(read) == 3
