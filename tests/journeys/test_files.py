"""Files over HTTP: what is sent back and how, and what becomes of those who send or ask for something else."""

import base64
import hashlib
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from domain.people import Role
from storage.database.audit import AccessEvent, AccessSubject
from storage.files.interface import Under
from storage.files.links import Links
from tests import storehouses
from tests.papers import PDF, Sender
from tests.storehouses import Storehouse

LOCKED = "default-src 'none'; sandbox; frame-ancestors 'none'"


@pytest.fixture
async def house(database_url: str, tmp_path: Path) -> AsyncIterator[Storehouse]:
    """The server over a folder."""
    async with storehouses.served(database_url, f"file://{tmp_path}/files", tmp_path) as house:
        yield house


async def stored(house: Storehouse, practice: Any) -> list[str]:
    """What lies in the practice's stores."""
    return [str(each.key) for store in house.casegraph.opened_stores async for each in store.keys(Under(practice.id))]


async def test_a_harmless_file_is_shown_in_its_place(house: Storehouse) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        document = await ama.filed(client, PDF, name='Überweisung "1".pdf')

        answer = await ama.read(document["current"]["url"])

    headers = answer.headers
    assert (answer.status_code, answer.content, headers["content-type"]) == (200, PDF, "application/pdf")
    assert headers["content-disposition"].startswith(f'inline; filename="{document["current"]["id"]}.pdf"; ')
    assert headers["content-disposition"].endswith("filename*=UTF-8''%C3%9Cberweisung%20%221%22.pdf")
    assert headers["cache-control"] == "private, no-store"
    assert (headers["x-content-type-options"], headers["referrer-policy"]) == ("nosniff", "no-referrer")


@pytest.mark.parametrize(
    ("content", "media_type", "sent_as"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", "text/html", "application/octet-stream"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "image/svg+xml", "application/octet-stream"),
        (b"<?xml version='1.0'?><a/>", "application/xml", "application/octet-stream"),
        (b"PK\x05\x06" + bytes(18), "application/zip", "application/zip"),
    ],
)
async def test_what_could_be_run_is_only_handed_over(
    house: Storehouse, content: bytes, media_type: str, sent_as: str
) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        document = await ama.filed(client, content, mediaType=media_type, name="a.pdf")

        answer = await ama.read(document["current"]["url"])

    assert (answer.content, answer.headers["content-type"]) == (content, sent_as)
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert answer.headers["content-security-policy"] == LOCKED
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "status", "span"),
    [
        ("bytes=0-0", 206, slice(0, 1)),
        ("bytes=5-", 206, slice(5, None)),
        ("bytes=-5", 206, slice(-5, None)),
        ("bytes=0-999999", 206, slice(0, None)),
        ("bytes=0-1,3-4", 200, slice(None)),
        ("bytes=4-3", 200, slice(None)),
        ("lines=1-2", 200, slice(None)),
        ("bytes=999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
    ],
)
async def test_a_span_is_sent_when_one_is_asked_for(house: Storehouse, asked: str, status: int, span: slice) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        url = (await ama.filed(client, PDF))["current"]["url"]

        answer = await ama.read(url, range=asked)

    assert (answer.status_code, answer.content) == (status, PDF[span])
    if status == 416:
        assert answer.headers["content-range"] == f"bytes */{len(PDF)}"


async def test_a_span_of_another_file_than_meant_is_not_sent(house: Storehouse) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        url = (await ama.filed(client, PDF))["current"]["url"]
        etag = (await ama.read(url)).headers["etag"]

        same = await ama.read(url, **{"range": "bytes=0-3", "if-range": etag})
        other = await ama.read(url, **{"range": "bytes=0-3", "if-range": '"other"'})
        head = await ama.browser.head(url, headers={"authorization": f"Bearer {ama.token}"})

    assert (same.status_code, other.status_code) == (206, 200)
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(PDF)))


async def test_nobody_reads_what_they_may_not_and_it_is_noted(house: Storehouse) -> None:
    practice, other = await house.practice(), await house.practice()
    client_row, client = await house.client(practice)
    async with (
        house.sender(practice) as ama,
        house.sender(practice, Role.BILLING) as billing,
        house.sender(other) as stranger,
    ):
        url = (await ama.filed(client, PDF, kind="LAB_RESULT"))["current"]["url"]

        assert (await ama.read(url)).status_code == 200
        assert (await billing.read(url)).status_code == 404
        assert (await stranger.read(url)).status_code == 404
        assert (await ama.browser.get(url)).status_code == 401
        assert (await ama.read("/files/version_0")).status_code == 404
        assert (await ama.read("/files/..%2f..%2fetc%2fpasswd")).status_code == 404
    async with house.casegraph.database.write(practice.id) as session:
        events = select(AccessSubject.refused).join(
            AccessEvent, (AccessEvent.id == AccessSubject.access_id) & (AccessEvent.practice_id == practice.id)
        ).where(AccessSubject.client_id == client_row, AccessEvent.purpose == "DOWNLOAD")  # fmt: skip
        assert sorted((await session.scalars(events)).all()) == [False, True]


async def begun(ama: Sender, client: str, content: bytes = PDF) -> Any:
    return (await ama.begin(client, content))["upload"]


async def test_other_bytes_than_announced_are_refused_and_leave_nothing(house: Storehouse) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        upload = await begun(ama, client)
        part = upload["parts"][0]

        async def endless() -> AsyncIterator[bytes]:
            for _ in range(1000):
                yield PDF

        longer, shorter = await ama.send(part, PDF + b"x"), await ama.send(part, PDF[:-1])
        unannounced = await ama.send(part, endless())  # type: ignore[arg-type] # httpx takes both
        other = await ama.send(part, b"x" * len(PDF))

        assert [each.status_code for each in (longer, shorter, unannounced, other)] == [413, 413, 413, 422]
        assert await stored(house, practice) == []
        assert (await ama.upload(upload["id"]))["state"] == "WAITING"


async def test_what_was_looked_at_is_never_written_again(house: Storehouse) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        upload = await begun(ama, client)
        part = upload["parts"][0]
        await ama.send_all(upload, PDF)
        again = await ama.send(part, PDF)
        await ama.complete(upload["id"])
        document = (await ama.ended(upload["id"]))["document"]

        late = await ama.send(part, PDF)

        assert (again.status_code, late.status_code) == (204, 410)
        assert (await ama.read(document["current"]["url"])).content == PDF
        assert [key.split("/")[1] for key in await stored(house, practice)] == ["final"]


async def test_a_link_that_was_edited_or_has_expired_is_worth_nothing(house: Storehouse) -> None:
    practice, other = await house.practice(), await house.practice()
    _, client = await house.client(practice)
    async with house.sender(practice) as ama:
        part = (await begun(ama, client))["parts"][0]
        url = part["link"]["url"]
        body, _, signature = url.rpartition("/")[2].partition("~")
        said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))

        def edited(**values: Any) -> str:
            text = json.dumps({**said, **values}, separators=(",", ":")).encode()
            return f"/files/links/{base64.urlsafe_b64encode(text).rstrip(b'=').decode()}~{signature}"

        urls = [
            url + "x", url.replace("~", ""), "/files/links/x~y", edited(size=10**9), edited(expires=2**40),
            edited(key=said["key"].replace(practice.id.hex, other.id.hex)), edited(key="../../etc/passwd"),
        ]  # fmt: skip
        old = Links(house.ring, "", now=lambda: datetime.now(UTC) - timedelta(days=1))
        store = house.casegraph.opened_stores.current
        store.links = old  # type: ignore[attr-defined] # what a link of yesterday was made by
        expired = (await ama.upload((await begun(ama, client))["id"]))["parts"][0]["link"]["url"]
        urls.append(f"/files/links{expired}")
        answers = [await ama.send({"link": {**part["link"], "url": each}}, PDF) for each in urls]
        reading = await ama.browser.get(url)

    assert {answer.status_code for answer in answers} == {403}
    assert reading.status_code == 405
    assert await stored(house, practice) == []


async def test_bytes_that_break_off_leave_nothing(house: Storehouse) -> None:
    practice = await house.practice()
    _, client = await house.client(practice)
    content = PDF + bytes(4 << 20)
    async with house.sender(practice) as ama:
        upload = (await ama.begin(client, content))["upload"]

        async def broken() -> AsyncIterator[bytes]:
            yield content[: 1 << 20]
            raise ConnectionResetError

        headers = {"content-length": str(len(content)), "content-type": "application/pdf"}
        async with httpx.AsyncClient(base_url=house.origin) as stranger:
            with pytest.raises((httpx.HTTPError, ConnectionResetError)):
                await stranger.put(upload["parts"][0]["link"]["url"], content=broken(), headers=headers)

        assert await stored(house, practice) == []
        await ama.send_all(await ama.upload(upload["id"]), content)
        await ama.complete(upload["id"])
        document = (await ama.ended(upload["id"]))["document"]
        assert document["current"]["sha256"] == hashlib.sha256(content).hexdigest()


async def test_files_come_from_another_host_of_ours_by_links_alone(database_url: str, tmp_path: Path) -> None:
    variables = {"CASEGRAPH_FILES_ORIGIN": "http://localhost:9", "CASEGRAPH_ALLOWED_ORIGINS": "http://app.localhost"}
    async with storehouses.served(database_url, f"file://{tmp_path}/files", tmp_path, **variables) as house:
        practice = await house.practice()
        _, client = await house.client(practice)
        async with house.sender(practice) as ama:
            upload = await begun(ama, client)
            link = upload["parts"][0]["link"]
            assert link["url"].startswith("http://localhost:9/files/links/")
            here = house.origin.replace("127.0.0.1", "localhost")
            link["url"] = link["url"].replace("http://localhost:9", here)
            origin = {"origin": "http://app.localhost"}
            asked = await ama.browser.options(link["url"], headers=origin)
            assert asked.headers["access-control-allow-origin"] == "http://app.localhost"
            await ama.send_all(upload, PDF)
            await ama.complete(upload["id"])
            url = (await ama.ended(upload["id"]))["document"]["current"]["url"]

            led = await ama.browser.get(url, headers={"authorization": f"Bearer {ama.token}"})
            assert led.status_code == 302
            target = led.headers["location"].replace("http://localhost:9", here)
            answer = await ama.browser.get(target, headers={"range": "bytes=0-3"})

        assert (answer.status_code, answer.content) == (206, PDF[:4])


async def test_nginx_is_told_where_the_bytes_are(database_url: str, tmp_path: Path) -> None:
    variables = {"CASEGRAPH_FILES_ACCELERATED": "/internal-files"}
    async with storehouses.served(database_url, f"file://{tmp_path}/files", tmp_path, **variables) as house:
        practice = await house.practice()
        _, client = await house.client(practice)
        async with house.sender(practice) as ama:
            answer = await ama.read((await ama.filed(client, PDF))["current"]["url"])

    path = answer.headers["x-accel-redirect"]
    assert path.startswith(f"/internal-files/{practice.id.hex}/final/")
    assert (tmp_path / "files" / path.removeprefix("/internal-files/")).read_bytes() == PDF
    assert (answer.content, answer.headers["content-type"]) == (b"", "application/pdf")
