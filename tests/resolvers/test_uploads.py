"""Uploads: what may be sent in, what is refused, what is left behind, and what is finished though nobody asked."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain import identity
from domain.clients import ClientStatus
from domain.people import Level, Role
from resolvers.uploads import sweeping
from storage.database.clients import Client
from storage.database.people import PracticeSettings
from storage.database.uploads import Upload
from storage.files.interface import Area
from tests import filing, papers
from tests import filing_documents as documents
from tests.makers import PracticeUnderTest

PDF = papers.PDF
HTML = b"<!DOCTYPE html><html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def problems(answer: Any) -> list[tuple[str, str]]:
    return [(each["code"], each["path"][-1]) for each in answer["problems"]]


async def test_bytes_become_a_document_and_leave_nothing_behind(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)

    ended = await documents.sent(practice, owner, client, PDF, name="Letter.pdf")

    assert (ended["state"], ended["refusal"], ended["parts"]) == ("AVAILABLE", None, [])
    assert ended["version"]["mediaType"] == "application/pdf"
    assert await documents.kept(practice) == {Area.FINAL: 1}


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"name": "\x00.pdf"}, "name"),
        ({"name": "x" * 300}, "name"),
        ({"name": "invoice\u202efdp.exe"}, "name"),
        ({"name": "../.."}, "name"),
        ({"name": " "}, "name"),
        ({"mediaType": "application/x-msdownload"}, "mediaType"),
        ({"sha256": "abc"}, "sha256"),
        ({"size": 0}, "size"),
        ({"size": 300 << 20}, "size"),
        ({"kind": "LAB_RESULT", "visibility": "GENERAL"}, "visibility"),
        ({"expiresOn": "9999-01-01"}, "expiresOn"),
    ],
)
async def test_what_cannot_be_taken_is_refused_before_the_first_byte(
    practice: PracticeUnderTest, said: dict[str, Any], wrong: str
) -> None:
    owner, client = await practice.member(), await filing.client(practice)

    answer = await documents.begin(practice, owner, client, PDF, **said)

    assert (answer["upload"], problems(answer)) == (None, [("INVALID", wrong)])
    assert await documents.kept(practice) == {}
    assert await filing_rows(practice) == 0


async def filing_rows(practice: PracticeUnderTest) -> int:
    from tests.care import rows_of

    return len(await rows_of(practice, Upload))


@pytest.mark.parametrize("name", ["../../etc/passwd.pdf", "C:\\fakepath\\passwd.pdf", "/passwd.pdf"])
async def test_the_folders_a_file_came_from_are_left_out_of_its_name(practice: PracticeUnderTest, name: str) -> None:
    owner, client = await practice.member(), await filing.client(practice)

    ended = await documents.sent(practice, owner, client, PDF, name=name)

    assert ended["document"]["name"] == "passwd.pdf"


@pytest.mark.parametrize(
    ("content", "media_type", "refusal"),
    [
        (HTML, "application/pdf", "WRONG_TYPE"),
        (SVG, "image/png", "WRONG_TYPE"),
        (b"MZ" + bytes(100), "application/pdf", "UNKNOWN_TYPE"),
        (bytes(range(256)), "text/plain", "UNKNOWN_TYPE"),
        (papers.png(), "image/jpeg", "WRONG_TYPE"),
    ],
)
async def test_content_of_another_type_than_announced_is_refused_and_removed(
    practice: PracticeUnderTest, content: bytes, media_type: str, refusal: str
) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, content, mediaType=media_type, name="harmless.pdf")
    await documents.put(practice, begun["upload"]["id"], content)

    answer = await documents.complete(practice, owner, begun["upload"]["id"])
    again = await documents.complete(practice, owner, begun["upload"]["id"])

    assert problems(answer) == problems(again) == [("INVALID", "id")]
    assert (answer["upload"]["state"], answer["upload"]["refusal"]) == ("REFUSED", refusal)
    await swept(practice, 25)
    assert await documents.kept(practice) == {}


async def test_bytes_of_another_digest_are_refused(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)

    begun = await documents.begin(practice, owner, client, PDF, sha256="0" * 64)
    await documents.put(practice, begun["upload"]["id"], PDF)
    await documents.complete(practice, owner, begun["upload"]["id"])
    await documents.run_jobs(practice)

    ended = await documents.upload_of(practice, owner, begun["upload"]["id"])
    assert (ended["state"], ended["refusal"], ended["document"]) == ("REFUSED", "WRONG_DIGEST", None)
    assert await documents.kept(practice) == {}


async def test_an_upload_of_another_size_is_refused(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)

    begun = await documents.begin(practice, owner, client, PDF, size=len(PDF) + 1)
    await documents.put(practice, begun["upload"]["id"], PDF)
    answer = await documents.complete(practice, owner, begun["upload"]["id"])

    assert (answer["upload"]["state"], answer["upload"]["refusal"]) == ("REFUSED", "WRONG_SIZE")


async def test_what_is_not_there_yet_cannot_be_completed(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, PDF)

    answer = await documents.complete(practice, owner, begun["upload"]["id"])

    assert (answer["upload"], problems(answer)) == (None, [("NOT_ALLOWED_NOW", "id")])
    assert (await documents.upload_of(practice, owner, begun["upload"]["id"]))["state"] == "WAITING"


@pytest.mark.parametrize("content", [HTML, SVG, b"<?xml version='1.0'?><a/>"])
async def test_what_a_browser_would_run_is_taken_under_its_own_name(
    practice: PracticeUnderTest, content: bytes
) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    types = {HTML: "text/html", SVG: "image/svg+xml"}

    ended = await documents.sent(
        practice, owner, client, content, mediaType=types.get(content, "application/xml"), name="page"
    )

    assert (ended["state"], ended["version"]["mediaType"]) == ("AVAILABLE", types.get(content, "application/xml"))
    assert ended["version"]["thumbnailUrl"] is None


async def test_a_picture_that_would_unfold_to_gigabytes_gets_no_thumbnail(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    bomb = papers.bomb()
    assert len(bomb) < 1 << 20

    ended = await documents.sent(practice, owner, client, bomb, mediaType="image/png", kind="PHOTO")

    assert (ended["state"], ended["version"]["thumbnailUrl"]) == ("AVAILABLE", None)


async def test_a_zip_that_would_unfold_to_gigabytes_is_never_unfolded(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)

    ended = await documents.sent(practice, owner, client, papers.zip_bomb(), mediaType="application/zip", name="a.zip")

    assert (ended["state"], ended["version"]["mediaType"]) == ("AVAILABLE", "application/zip")
    assert await documents.kept(practice) == {Area.FINAL: 1}


async def test_the_same_bytes_in_the_same_file_are_said_to_be_there(practice: PracticeUnderTest) -> None:
    owner, billing, client = await practice.member(), await practice.member(Role.BILLING), await filing.client(practice)
    other = await filing.client(practice)
    await documents.filed(practice, owner, client, name="First.pdf")

    same = await documents.begin(practice, owner, client, PDF, name="Again.pdf")
    elsewhere = await documents.begin(practice, owner, other, PDF)

    assert [each["document"]["name"] for each in same["duplicates"]] == ["First.pdf"]
    assert elsewhere["duplicates"] == []
    assert (await practice.ask(billing, papers.BEGIN, input={
        "clientId": filing.client_id(client), "name": "a", "kind": "INSURANCE", "mediaType": "application/pdf",
        "size": 1, "sha256": "0" * 64,
    })).codes == ["FORBIDDEN"]  # fmt: skip


async def test_a_practice_keeps_no_more_than_it_allows(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    async with documents_write(practice) as write:
        await write.add(
            PracticeSettings(
                id=identity.new_id(), effective_from=write.moment.date() - timedelta(days=2), version=1,
                values={"document_mebibytes": 1024, "documents_gibibytes": 1},
                recorded_at=write.moment,
            )
        )  # fmt: skip
    most = 700 << 20

    answers = await asyncio.gather(*(documents.begin(practice, owner, client, PDF, size=most) for _ in range(3)))

    assert sorted(problems(answer) == [] for answer in answers) == [False, False, True]
    assert await filing_rows(practice) == 1


def documents_write(practice: PracticeUnderTest) -> Any:
    from resolvers import writing

    return writing.opened(practice.casegraph.database, practice.system, "test.settings")


@pytest.mark.parametrize("role", [Role.BILLING, Role.READ_ONLY])
async def test_who_may_only_read_sends_nothing_in(practice: PracticeUnderTest, role: Role) -> None:
    client = await filing.client(practice)
    member = await practice.member(role)
    await filing.grant(practice, member, client, Level.VIEW)

    given = {"clientId": filing.client_id(client), "name": "a.pdf", "kind": "INSURANCE",
             "mediaType": "application/pdf", "size": 1, "sha256": "0" * 64}  # fmt: skip
    assert (await practice.ask(member, papers.BEGIN, input=given)).codes == ["FORBIDDEN"]
    assert await filing_rows(practice) == 0


async def test_an_assistant_files_insurance_but_no_lab_result(practice: PracticeUnderTest) -> None:
    client = await filing.client(practice)
    assistant = await practice.member(Role.ASSISTANT)
    given = {"clientId": filing.client_id(client), "name": "a.pdf", "mediaType": "application/pdf", "size": 1,
             "sha256": "0" * 64}  # fmt: skip

    clinical = await practice.ask(assistant, papers.BEGIN, input={**given, "kind": "LAB_RESULT"})
    general = await documents.filed(practice, assistant, client, kind="OTHER", visibility="GENERAL")

    assert clinical.codes == ["FORBIDDEN"]
    assert general.startswith("document_")


async def test_nothing_goes_into_a_file_that_is_out_of_reach_or_put_away(practice: PracticeUnderTest) -> None:
    client, away = await filing.client(practice), await filing.client(practice, ClientStatus.ARCHIVED)
    owner, stranger = await practice.member(), await practice.member(Role.PRACTITIONER)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()

    for viewer in (stranger, elsewhere):
        assert problems(await documents.begin(practice, viewer, client, PDF)) == [("NOT_FOUND", "clientId")]
    refused = await documents.begin(practice, owner, away, PDF)
    assert [each["code"] for each in refused["problems"]] == ["NOT_ALLOWED_NOW"]


async def test_another_practices_upload_cannot_be_seen_or_completed(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    elsewhere = await (await PracticeUnderTest.founded(practice.casegraph)).member()
    begun = await documents.begin(practice, owner, client, PDF)
    await documents.put(practice, begun["upload"]["id"], PDF)

    assert await documents.upload_of(practice, elsewhere, begun["upload"]["id"]) is None
    assert problems(await documents.complete(practice, elsewhere, begun["upload"]["id"])) == [("NOT_FOUND", "id")]
    assert (await documents.upload_of(practice, owner, begun["upload"]["id"]))["state"] == "WAITING"


async def test_only_who_began_an_upload_is_given_its_links(practice: PracticeUnderTest) -> None:
    owner, other, client = await practice.member(), await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, PDF)

    mine = await documents.upload_of(practice, owner, begun["upload"]["id"])
    theirs = await documents.upload_of(practice, other, begun["upload"]["id"])

    assert [part["link"] is None for part in mine["parts"]] == [False]
    assert [part["link"] is None for part in theirs["parts"]] == [True]


async def test_a_file_put_away_meanwhile_takes_nothing_in(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, PDF)
    await documents.put(practice, begun["upload"]["id"], PDF)
    await documents.complete(practice, owner, begun["upload"]["id"])
    await filing.change(practice, Client, client, status=ClientStatus.ARCHIVED)

    await documents.run_jobs(practice)

    ended = await documents.upload_of(practice, owner, begun["upload"]["id"])
    assert (ended["state"], ended["refusal"]) == ("REFUSED", "PUT_AWAY")
    assert await documents.kept(practice) == {}


async def test_the_same_key_begins_one_upload(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    given = {"clientId": filing.client_id(client), "name": "a.pdf", "kind": "INSURANCE",
             "mediaType": "application/pdf", "size": 20 << 20, "sha256": "0" * 64}  # fmt: skip

    first, second = [await practice.ask(owner, papers.BEGIN, key="once", input=given) for _ in range(2)]

    begun = [answer.data["documentUploadBegin"]["upload"] for answer in (first, second)]
    assert begun[0]["id"] == begun[1]["id"]
    assert [len(each["parts"]) for each in begun] == [2, 2]
    assert all(part["link"] for part in begun[0]["parts"])


# ---------------------------------------------------------------- what is abandoned


async def swept(practice: PracticeUnderTest, hours: float) -> None:
    """Sweep as if so much time had gone by."""
    work = await documents.working(practice)
    await sweeping.swept_at(work, datetime.now(UTC) + timedelta(hours=hours))
    await jobs_finished(practice, work)


async def jobs_finished(practice: PracticeUnderTest, work: Any) -> None:
    from resolvers import jobs

    await jobs.release(practice.casegraph.database, work.lease)
    await documents.run_jobs(practice)


async def test_what_was_sent_but_never_completed_is_finished(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, PDF)
    await documents.put(practice, begun["upload"]["id"], PDF)

    await swept(practice, 23)
    assert (await documents.upload_of(practice, owner, begun["upload"]["id"]))["state"] == "WAITING"
    await swept(practice, 25)

    ended = await documents.upload_of(practice, owner, begun["upload"]["id"])
    assert ended["state"] == "AVAILABLE"
    assert await documents.kept(practice) == {Area.FINAL: 1}


async def test_what_was_never_sent_is_removed(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    small = await documents.begin(practice, owner, client, PDF)
    large = await documents.begin(practice, owner, client, PDF, size=40 << 20)

    await swept(practice, 25)

    for begun in (small, large):
        ended = await documents.upload_of(practice, owner, begun["upload"]["id"])
        assert (ended["state"], ended["parts"]) == ("EXPIRED", [])
        late = await documents.complete(practice, owner, begun["upload"]["id"])
        assert problems(late) == [("NOT_ALLOWED_NOW", "id")]
    assert await documents.kept(practice) == {}
    under_way = [each async for each in documents.stores_of(practice).current.parts_begun(documents.under(practice))]
    assert under_way == []


async def test_bytes_written_after_the_end_are_swept_away(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, PDF)
    await documents.put(practice, begun["upload"]["id"], PDF)
    await documents.complete(practice, owner, begun["upload"]["id"])
    await documents.run_jobs(practice)
    await documents.put(practice, begun["upload"]["id"], b"something else")

    assert await documents.kept(practice) == {Area.FINAL: 1, Area.STAGING: 1}
    await swept(practice, 25)

    assert await documents.kept(practice) == {Area.FINAL: 1}


async def test_a_check_that_was_done_half_is_done_again(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    begun = await documents.begin(practice, owner, client, PDF)
    await documents.put(practice, begun["upload"]["id"], PDF)
    await documents.complete(practice, owner, begun["upload"]["id"])
    upload = (await documents.rows(practice))[0]
    await documents.put_final(practice, upload["blob_id"], b"%PDF-of another attempt")

    await documents.run_jobs(practice)

    assert (await documents.upload_of(practice, owner, begun["upload"]["id"]))["state"] == "AVAILABLE"


async def test_parts_that_a_join_left_behind_are_not_taken_for_all_there_is(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    content = PDF + bytes(20 << 20)
    begun = await documents.begin(practice, owner, client, content)
    upload = (await documents.rows(practice))[0]
    store, parts = documents.stores_of(practice).current, documents.parts_of(practice, upload)
    for number, start in ((1, 0), (2, 16 << 20)):
        await documents.put_part(practice, upload, number, content[start : start + (16 << 20)])
    await documents.complete(practice, owner, begun["upload"]["id"])
    # As a process leaves it that is killed between making the file and removing the last part.
    await documents.put(practice, begun["upload"]["id"], content)
    documents.forget_a_part(store, parts)

    await documents.run_jobs(practice)

    assert (await documents.upload_of(practice, owner, begun["upload"]["id"]))["state"] == "AVAILABLE"
    assert await documents.kept(practice) == {Area.FINAL: 1}
