"""Links of our own: what they carry, and what they refuse."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.keys import KeyRing
from domain.identity import new_id
from storage.files.errors import InvalidName, LinkExpired, LinkMisused, LinkTampered
from storage.files.interface import Key, Link, Upload
from storage.files.links import Links, Ticket, receive
from storage.files.memory import Memory
from tests.storage.files.places import BASE, MINUTE, Clock, chunks_of, sha256

RING = KeyRing.made()
KEY = Key.read("0192f0c100007000800000000000000a/staging/0b1c2d3e4f504a6b8c7d9e0f1a2b3c4d")


def token(link: Link) -> str:
    return link.url.removeprefix(f"{BASE}/")


async def test_a_link_says_exactly_what_it_permits() -> None:
    links = Links(RING, BASE)
    store = Memory(name="old", links=links)
    link = await store.upload_link(KEY, lifetime=MINUTE, size=3, expect=sha256(b"abc"), media_type="text/plain")
    assert (link.method, dict(link.headers)) == ("PUT", {"Content-Type": "text/plain"})
    assert links.read(token(link), "PUT") == Ticket(
        store="old", key=KEY, method="PUT", expires=int(link.expires.timestamp()), size=3, sha256=sha256(b"abc"),
        media_type="text/plain",
    )  # fmt: skip


async def test_a_link_to_a_part_names_upload_and_number() -> None:
    links = Links(RING, BASE)
    link = await Memory(links=links).parts_link(Upload(KEY, "upload"), 7, lifetime=MINUTE, size=3)
    ticket = links.read(token(link), "PUT")
    assert (ticket.upload_id, ticket.part, ticket.size, ticket.sha256) == ("upload", 7, 3, None)


async def test_a_link_holds_no_name_of_the_file() -> None:
    link = await Memory(links=Links(RING, BASE)).link(KEY, lifetime=MINUTE, filename="document_1.pdf")
    body = token(link).partition("~")[0]
    assert b"document_1" not in base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))
    assert set(token(link)) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.~")


@pytest.mark.parametrize(
    "name", ["", "Anna Meier.pdf", "../x", 'a"b', "a\r\nb", "a.b.c", "x" * 81, "ä.pdf", "a;b", "a\0"]
)
async def test_a_name_that_people_wrote_never_enters_a_link(name: str) -> None:
    with pytest.raises(InvalidName):
        await Memory(links=Links(RING, BASE)).link(KEY, lifetime=MINUTE, filename=name)


async def test_a_link_permits_its_method_only() -> None:
    links = Links(RING, BASE)
    store = Memory(links=links)
    reading = token(await store.link(KEY, lifetime=MINUTE, filename="a"))
    storing = token(await store.upload_link(KEY, lifetime=MINUTE, size=1, expect=sha256(b"1")))
    assert links.read(reading, "HEAD") == links.read(reading, "GET")
    for one, method in ((reading, "PUT"), (reading, "DELETE"), (storing, "GET"), (storing, "HEAD"), (storing, "POST")):
        with pytest.raises(LinkMisused):
            links.read(one, method)
    with pytest.raises(LinkMisused):
        await receive(store, links.read(reading, "GET"), chunks_of(b"1"))
    with pytest.raises(LinkMisused):
        await receive(Memory(name="other", links=links), links.read(storing, "PUT"), chunks_of(b"1"))


async def test_a_link_ends_on_the_second() -> None:
    clock = Clock()
    links = Links(RING, BASE, clock)
    link = token(await Memory(links=links).link(KEY, lifetime=MINUTE, filename="a"))
    clock.ahead = timedelta(seconds=58)
    links.read(link, "GET")
    clock.ahead = timedelta(seconds=60)
    with pytest.raises(LinkExpired) as refused:
        links.read(link, "GET")
    assert abs(refused.value.expired - datetime.now(UTC) - MINUTE) < timedelta(seconds=2)


async def test_a_link_of_an_older_key_holds_and_one_of_another_house_does_not() -> None:
    link = token(await Memory(links=Links(RING, BASE)).link(KEY, lifetime=MINUTE, filename="a"))
    assert Links(RING.with_new_key(), BASE).read(link, "GET").key == KEY
    with pytest.raises(LinkTampered):
        Links(KeyRing.made(), BASE).read(link, "GET")


async def test_a_signature_for_another_purpose_or_practice_is_none() -> None:
    body = token(await Memory(links=Links(RING, BASE)).link(KEY, lifetime=MINUTE, filename="a")).partition("~")[0]
    for purpose, practice_id in (("cursor", KEY.practice_id), ("file link", new_id()), ("file link", None)):
        with pytest.raises(LinkTampered):
            Links(RING, BASE).read(f"{body}~{RING.sign(purpose, practice_id, body.encode())}", "GET")


@pytest.mark.parametrize("place", range(0, 400, 7))
async def test_no_character_of_a_link_can_be_changed(place: int) -> None:
    link = token(await Memory(links=Links(RING, BASE)).link(KEY, lifetime=MINUTE, filename="a"))
    at = place % len(link)
    changed = link[:at] + ("A" if link[at] != "A" else "B") + link[at + 1 :]
    with pytest.raises(LinkTampered):
        Links(RING, BASE).read(changed, "GET")


@given(st.text() | st.binary().map(lambda body: base64.urlsafe_b64encode(body).decode() + "~x"))
def test_any_other_text_is_no_link(text: str) -> None:
    with pytest.raises(LinkTampered):
        Links(RING, BASE).read(text, "GET")


@pytest.mark.parametrize(
    "said", ["[]", "{}", "null", "1", '{"key":1}', '{"key":"x"}', "[" * 5000, '{"key":"' + str(KEY) + '"}']
)
def test_a_body_that_is_no_ticket_is_no_link(said: str) -> None:
    body = base64.urlsafe_b64encode(said.encode()).rstrip(b"=").decode()
    with pytest.raises(LinkTampered):
        Links(RING, BASE).read(f"{body}~{RING.sign('file link', None, body.encode())}", "GET")
