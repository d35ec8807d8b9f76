"""What practices expect of notes, one behaviour a test: drafts, signatures, supervision, privacy, mistakes, search."""

import hashlib
import json

from auth.viewers import Viewer
from domain import notes
from domain.people import Role
from tests import filing, noting
from tests.makers import PracticeUnderTest


async def test_an_autosaved_draft_conflicts_in_a_second_tab_which_gets_both_texts(practice: PracticeUnderTest) -> None:
    client, owner = await filing.client(practice), await practice.member()
    note = await noting.written(practice, owner, client, "Draft")

    first = await noting.changed(practice, owner, note, text="Draft, one tab", autosave=True)
    second = await noting.changed(practice, owner, note, text="Draft, two tabs", title="Mine", autosave=True)

    assert (first["note"]["version"], first["problems"], first["sentText"]) == (2, [], None)
    assert second["problems"] == [{"code": "CONFLICT", "path": ["input", "expectedVersion"]}]
    assert second["note"] is None
    assert second["current"] == {"version": 2, "text": "Draft, one tab"}
    assert (second["sentTitle"], second["sentText"]) == ("Mine", "Draft, two tabs")
    assert (await noting.read(practice, owner, note["id"]))["text"] == "Draft, one tab"


async def test_signing_freezes_what_a_note_says_and_addenda_follow_it(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    ama, ben = [await noting.practitioner(practice, name, client) for name in ("Ama Mensah", "Ben Okri")]
    note = await noting.written(practice, ama, client, "All *well*.", title="Visit", occurredAt="2026-01-05T09:30:00Z")

    signature = (await noting.signed(practice, ama, note))["note"]["signature"]
    content = ["Visit", "All *well*.", "2026-01-05T09:30:00.000000+00:00"]
    assert signature["digest"] == hashlib.sha256(json.dumps(content, separators=(",", ":")).encode()).hexdigest()
    assert (signature["intact"], signature["signedBy"]) == (True, {"name": "Ama Mensah"})

    for given in ({"text": "Other"}, {"title": None}, {"occurredAt": "2026-01-06T09:30:00Z"}):
        assert noting.codes(await noting.changed(practice, ama, note, **given)) == ["NOTE_SIGNED"]
    await noting.added(practice, ben, note, "She called again.")
    after = (await noting.added(practice, ama, note, "And slept well."))["note"]

    assert (after["text"], after["version"], after["status"], after["revisions"]) == ("All *well*.", 1, "SIGNED", [])
    assert [(one["text"], one["author"]["name"]) for one in after["addenda"]] == [
        ("She called again.", "Ben Okri"),
        ("And slept well.", "Ama Mensah"),
    ]
    assert signature["signedAt"] < after["addenda"][0]["recordedAt"] < after["addenda"][1]["recordedAt"]


QUEUE = "{ notesToCosign { edges { node { id } } totalCount { value } } }"
UNFINISHED = """
{ notes(filter: {status: [DRAFT, AWAITING_COSIGNATURE]}) { edges { node { id status } } totalCount { value } } }
"""


async def queue(practice: PracticeUnderTest, viewer: Viewer) -> list[str]:
    """The notes that wait for the viewer's signature."""
    page = (await practice.get(viewer, QUEUE))["notesToCosign"]
    assert page["totalCount"]["value"] == len(page["edges"])
    return [edge["node"]["id"] for edge in page["edges"]]


async def test_the_signature_of_who_is_supervised_is_not_complete_until_a_colleague_signs(
    practice: PracticeUnderTest,
) -> None:
    client, owner = await filing.client(practice), await practice.member(name="Olu Owner")
    trainee, ama = await noting.trainee(practice, owner, client), await noting.practitioner(practice, "Ama", client)
    elsewhere = await noting.practitioner(practice, "Far Away")
    note = await noting.written(practice, trainee, client)

    waiting = (await noting.signed(practice, trainee, note))["note"]

    assert waiting["status"] == "AWAITING_COSIGNATURE"
    edges = (await practice.get(owner, UNFINISHED))["notes"]["edges"]
    assert [edge["node"] for edge in edges] == [{"id": note["id"], "status": "AWAITING_COSIGNATURE"}]
    shown = [await queue(practice, each) for each in (owner, ama, trainee, elsewhere)]
    assert shown == [[note["id"]], [note["id"]], [], []]
    assert noting.codes(await noting.carried(practice, trainee, "noteCosign", id=note["id"])) == ["NOT_YOURS"]

    complete = (await noting.carried(practice, ama, "noteCosign", id=note["id"]))["note"]

    assert (complete["status"], complete["cosignedBy"]) == ("COSIGNED", {"name": "Ama"})
    assert complete["signature"]["signedBy"] == {"name": "Tia Trainee"}
    assert [await queue(practice, each) for each in (owner, ama)] == [[], []]
    assert (await practice.get(owner, UNFINISHED))["notes"]["totalCount"] == {"value": 0}
    assert await noting.sentences(practice, trainee) == ["Ama cosigned a note of yours."]
    assert noting.codes(await noting.carried(practice, owner, "noteCosign", id=note["id"])) == ["ALREADY_DONE"]


async def test_a_private_note_is_invisible_to_everybody_but_its_author(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    ama = await noting.practitioner(practice, "Ama", client)
    others = [await practice.member(), await noting.practitioner(practice, "Ben", client)]
    admin = await practice.member(Role.ADMIN)
    await filing.grant(practice, admin, client)

    note = await noting.written(practice, ama, client, "Xylophone", private=True, labels=["worry"], pinned=True)

    assert (note["private"], await noting.listed(practice, ama, client)) == (True, ["Xylophone"])
    assert await noting.timeline(practice, ama, client) == ["Note “Xylophone”."]
    assert await noting.listed(practice, ama, client, private=True) == ["Xylophone"]
    assert await noting.listed(practice, ama, client, text="xylophone") == []
    for other in (*others, admin):
        assert await noting.read(practice, other, note["id"]) is None
        assert await noting.listed(practice, other, client) == []
        assert await noting.timeline(practice, other, client) == []
        assert await noting.listed(practice, other, client, text="xylophone") == []
        assert await practice.get(other, "{ noteLabels { label } }") == {"noteLabels": []}
        for act, given in (
            ("noteUpdate", {"expectedVersion": 1, "text": "Mine"}), ("noteArchive", {"reason": "Mine"}),
            ("noteSign", {"expectedVersion": 1}), ("noteCosign", {}), ("noteRestore", {}),
            ("noteMove", {"expectedVersion": 1, "clientId": filing.client_id(client)}),
        ):  # fmt: skip
            payload = await noting.carried(practice, other, act, "note { id }", id=note["id"], **given)
            assert payload == {"note": None, "problems": [{"code": "NOT_FOUND", "path": ["input", "id"]}]}, act
        assert noting.codes(await noting.added(practice, other, note, "Mine")) == ["NOT_FOUND"]
    assert await noting.read(practice, ama, note["id"]) == note


async def test_a_late_entry_shows_both_times_and_one_in_the_wrong_file_leaves_a_tombstone(
    practice: PracticeUnderTest,
) -> None:
    wrong, right = await filing.client(practice), await filing.client(practice)
    owner = await practice.member(name="Olu Owner")

    note = await noting.written(practice, owner, wrong, "Seen at home", occurredAt="2026-01-05T09:30:00Z")
    assert note["occurredAt"] == "2026-01-05T09:30:00Z" < note["recordedAt"]
    payload = await noting.moved(practice, owner, note, right)

    assert payload["problems"] == []
    assert payload["note"] == {**note, "client": {"id": filing.client_id(right)}}
    assert await noting.timeline(practice, owner, wrong) == ["A note was moved to where it belongs by Olu Owner."]
    assert await noting.timeline(practice, owner, right) == ["Note “Seen at home”."]
    assert (await noting.listed(practice, owner, wrong), await noting.listed(practice, owner, right)) == (
        [], ["Seen at home"],
    )  # fmt: skip


async def test_a_search_in_notes_finds_only_what_may_be_read_and_leaks_no_snippet(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    mine, other = await filing.journey(practice, client), await filing.journey(practice, client)
    owner, ama = await practice.member(), await practice.member(Role.PRACTITIONER)
    billing = await practice.member(Role.BILLING)
    await filing.grant(practice, ama, client, journey_id=mine)
    for journey in (mine, other):
        await noting.written(practice, owner, client, "Mastitis again", journeyId=filing.journey_id(journey))
    await noting.written(practice, owner, client, "Mastitis in private", private=True)

    assert await noting.listed(practice, owner, client, text="mast again") == ["Mastitis again"] * 2
    assert await noting.listed(practice, ama, client, text="mastitis") == ["Mastitis again"]
    assert await noting.timeline(practice, ama, client, text="mastitis") == ["Note “Mastitis again”."]
    assert await noting.timeline(practice, billing, client, text="mastitis") == []
    answer = await practice.ask(
        billing, noting.LISTED, id=filing.client_id(client), filter={"text": "mastitis"}, archived=False
    )
    assert (answer.codes, answer.data) == (["FORBIDDEN"], {"client": {"notes": None}})


def test_a_digest_is_of_the_words_and_the_time_and_of_nothing_else() -> None:
    moment = filing.EARLIER
    digests = {
        notes.digest(title, text, at)
        for title, text, at in (
            (None, "a", moment), ("", "a", moment), ("a", "", moment), (None, "a ", moment),
            (None, "a", moment.replace(microsecond=1)),
        )
    }  # fmt: skip
    assert len(digests) == 5
    assert all(len(each) == 32 for each in digests)
