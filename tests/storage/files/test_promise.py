"""The promise, on every store."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256 as hashed

import pytest

from domain.identity import new_id
from storage.files.errors import (
    AlreadyStored,
    DigestMismatch,
    NotOffered,
    NotStored,
    PartsMissing,
    SizeMismatch,
    SpanOutside,
    UploadGone,
)
from storage.files.interface import MEBIBYTE, Ability, Area, Key, Part, Span, Stored, Under, Upload, part_sizes
from tests.storage.files.places import MINUTE, Place, chunks_of, sha256, some_bytes, until

SIZES = [0, 1, MEBIBYTE - 1, MEBIBYTE, MEBIBYTE + 1, 5 * MEBIBYTE, 5 * MEBIBYTE + 1, 11 * MEBIBYTE]


class Broken(Exception):
    """Whoever sent the bytes is gone."""


async def listed(place: Place, under: Under | None = None) -> list[Key]:
    return [stored.key async for stored in place.store.keys(under or Under(place.practice_id))]


async def begun(place: Place) -> list[Upload]:
    return [one.upload async for one in place.store.parts_begun(Under(place.practice_id))]


async def nothing_is_left(place: Place) -> None:
    assert await listed(place) == []
    assert await begun(place) == []
    assert place.leftovers() == []


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_put_is_read_again(place: Place, size: int) -> None:
    content, key = some_bytes(size), place.key()
    stored = await place.store.put(key, chunks_of(content), size=size, expect=sha256(content))
    assert (stored.key, stored.size, stored.sha256) == (key, size, sha256(content))
    assert await place.read(key) == content
    assert place.leftovers() == []
    assert await begun(place) == []


@pytest.mark.parametrize("size", [0, 7, 5 * MEBIBYTE, 12 * MEBIBYTE + 5])
async def test_bytes_of_unknown_number_are_kept_as_well(place: Place, size: int) -> None:
    content, key = some_bytes(size), place.key()
    assert (await place.store.put(key, chunks_of(content))).sha256 == sha256(content)
    assert await place.read(key) == content


async def test_a_file_is_described_by_its_size_and_its_time(place: Place) -> None:
    before = datetime.now(UTC)
    key = await place.put(b"twelve bytes")
    stored = await place.store.describe(key)
    assert (stored.key, stored.size, stored.sha256) == (key, 12, None)
    assert before - timedelta(seconds=2) <= stored.modified <= datetime.now(UTC) + timedelta(seconds=2)


async def test_the_same_bytes_again_are_a_success(place: Place) -> None:
    key = await place.put(b"the same")
    assert (await place.store.put(key, chunks_of(b"the same"))).sha256 == sha256(b"the same")
    assert place.leftovers() == []


@pytest.mark.parametrize("size", [9, 6 * MEBIBYTE])
async def test_other_bytes_never_replace_a_file(place: Place, size: int) -> None:
    first = some_bytes(size, 1)
    key = await place.put(first)
    for other in (some_bytes(size, 2), b"", first[:-1]):
        with pytest.raises(AlreadyStored) as refused:
            await place.store.put(key, chunks_of(other), size=len(other))
        assert refused.value.key == key
    assert await place.read(key) == first
    assert await begun(place) == []
    assert place.leftovers() == []


@pytest.mark.parametrize("size", [1000, 6 * MEBIBYTE])
async def test_of_many_who_create_the_same_key_one_wins(place: Place, size: int) -> None:
    key, contents = place.key(), [some_bytes(size, seed) for seed in range(6)]
    puts = (place.store.put(key, chunks_of(content), size=size) for content in contents)
    outcomes = await asyncio.gather(*puts, return_exceptions=True)
    won = [content for content, outcome in zip(contents, outcomes, strict=True) if isinstance(outcome, Stored)]
    assert len(won) == 1
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Stored)] == [AlreadyStored] * 5
    assert await place.read(key) == won[0]
    assert await begun(place) == []


async def test_many_who_put_the_same_bytes_all_succeed(place: Place) -> None:
    key, content = place.key(), some_bytes(3000)
    await asyncio.gather(*(place.store.put(key, chunks_of(content), size=3000) for _ in range(6)))
    assert await listed(place) == [key]


@pytest.mark.parametrize("span", [(0, 1), (0, None), (4, 9), (9, None), (9, 10), (3, 10), (3, 999), (0, 10)])
async def test_a_span_gives_exactly_its_bytes(place: Place, span: tuple[int, int | None]) -> None:
    key = await place.put(b"0123456789")
    assert await place.read(key, Span(*span)) == b"0123456789"[span[0] : span[1]]


async def test_a_span_of_a_large_file_crosses_chunks(place: Place) -> None:
    content = some_bytes(7 * MEBIBYTE + 3)
    key = await place.put(content)
    for start, end in ((MEBIBYTE - 1, MEBIBYTE + 1), (5 * MEBIBYTE - 1, 7 * MEBIBYTE), (7 * MEBIBYTE, None)):
        assert await place.read(key, Span(start, end)) == content[start:end]


@pytest.mark.parametrize(("content", "start"), [(b"0123456789", 10), (b"0123456789", 11), (b"", 0)])
async def test_a_span_behind_the_last_byte_is_refused(place: Place, content: bytes, start: int) -> None:
    key = await place.put(content)
    with pytest.raises(SpanOutside) as refused:
        await place.read(key, Span(start))
    assert (refused.value.start, refused.value.size) == (start, len(content))


async def test_what_is_not_there_is_not_stored(place: Place) -> None:
    key = place.key()
    for asked in (
        place.read(key),
        place.read(key, Span(3)),
        place.store.describe(key),
        place.store.copy(key, place.key()),
    ):
        with pytest.raises(NotStored) as refused:
            await asked
        assert refused.value.key == key
    await nothing_is_left(place)


async def test_removing_is_for_good_and_silent_when_repeated(place: Place) -> None:
    key = await place.put(b"gone soon")
    for _ in range(2):
        await place.store.remove(key)
    with pytest.raises(NotStored):
        await place.store.describe(key)
    await nothing_is_left(place)


async def test_whoever_reads_a_removed_file_reads_it_to_the_end(place: Place) -> None:
    content = some_bytes(3 * MEBIBYTE)
    key = await place.put(content)
    async with place.store.open(key) as opened:
        came = await anext(opened.chunks)
        await place.store.remove(key)
        assert came + await opened.read() == content


async def test_reading_may_end_early(place: Place) -> None:
    key = await place.put(some_bytes(6 * MEBIBYTE))
    for _ in range(3):
        async with place.store.open(key) as opened:
            assert await anext(opened.chunks)
    assert len(await place.read(key)) == 6 * MEBIBYTE


async def test_a_removed_key_can_be_given_other_bytes(place: Place) -> None:
    key = await place.put(b"one")
    await place.store.remove(key)
    await place.put(b"two", key)
    assert await place.read(key) == b"two"


@pytest.mark.parametrize("size", [100, 2 * MEBIBYTE, 6 * MEBIBYTE])
@pytest.mark.parametrize("promised", [-1, 1])
async def test_more_or_fewer_bytes_than_promised_leave_nothing(place: Place, size: int, promised: int) -> None:
    with pytest.raises(SizeMismatch) as refused:
        await place.store.put(place.key(), chunks_of(some_bytes(size)), size=size + promised)
    assert refused.value.expected == size + promised
    await nothing_is_left(place)


@pytest.mark.parametrize("size", [0, 100, 6 * MEBIBYTE])
async def test_other_bytes_than_promised_leave_nothing(place: Place, size: int) -> None:
    content = some_bytes(size)
    with pytest.raises(DigestMismatch) as refused:
        await place.store.put(place.key(), chunks_of(content), size=size, expect=sha256(b"promised"))
    assert (refused.value.expected, refused.value.found) == (sha256(b"promised"), sha256(content))
    await nothing_is_left(place)


@pytest.mark.parametrize("size", [0, 100, 2 * MEBIBYTE, 11 * MEBIBYTE])
async def test_an_upload_that_breaks_off_leaves_nothing(place: Place, size: int) -> None:
    with pytest.raises(Broken):
        await place.store.put(place.key(), until(Broken, some_bytes(size)), size=size + 1)
    await nothing_is_left(place)


@pytest.mark.parametrize("size", [0, 100, 2 * MEBIBYTE, 11 * MEBIBYTE])
async def test_a_cancelled_upload_leaves_nothing(place: Place, size: int) -> None:
    waits = asyncio.Event()

    async def stalling() -> AsyncIterator[bytes]:
        async for chunk in chunks_of(some_bytes(size)):
            yield chunk
        waits.set()
        await asyncio.sleep(600)

    putting = asyncio.ensure_future(place.store.put(place.key(), stalling(), size=size + 1))
    await asyncio.wait_for(waits.wait(), 30)
    putting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await putting
    await nothing_is_left(place)


async def test_an_upload_cancelled_at_any_moment_is_absent_or_whole(place: Place) -> None:
    content = some_bytes(6 * MEBIBYTE)
    for hundredths in (0, 1, 2, 3, 5, 8, 13):
        key = place.key()
        putting = asyncio.ensure_future(place.store.put(key, chunks_of(content), size=len(content)))
        await asyncio.sleep(hundredths / 100)
        putting.cancel()
        await asyncio.wait([putting])
        try:
            assert await place.read(key) == content
        except NotStored:
            assert putting.cancelled()
    assert await begun(place) == []
    assert place.leftovers() == []


async def test_files_are_listed_in_the_order_of_their_keys(place: Place) -> None:
    made = [await place.put(b"x", place.key(area)) for area in Area for _ in range(9)]
    assert await listed(place) == sorted(made, key=str)
    for area in Area:
        assert await listed(place, Under(place.practice_id, area)) == sorted(
            (key for key in made if key.area is area), key=str
        )
    assert [key for key in await listed(place, Under()) if key.practice_id == place.practice_id] == sorted(
        made, key=str
    )


async def test_a_listing_tells_size_and_knows_other_practices_apart(place: Place) -> None:
    key = await place.put(b"12345")
    other = Key.made(new_id(), Area.FINAL)
    await place.put(b"123", other)
    assert [(stored.key, stored.size) async for stored in place.store.keys(Under(place.practice_id))] == [(key, 5)]
    assert await listed(place, Under(new_id())) == []
    assert {key, other} <= set(await listed(place, Under()))


async def test_a_copy_has_the_same_bytes_and_a_life_of_its_own(place: Place) -> None:
    content = some_bytes(MEBIBYTE + 1)
    source = await place.put(content, place.key(Area.STAGING))
    target = source.within(Area.FINAL)
    copied = await place.store.copy(source, target)
    assert (copied.key, copied.size) == (target, len(content))
    await place.store.remove(source)
    assert await place.read(target) == content


async def test_a_copy_never_replaces_a_file_and_may_be_repeated(place: Place) -> None:
    source, other = await place.put(b"to copy"), await place.put(b"another")
    target = place.key()
    for _ in range(2):
        await place.store.copy(source, target)
    with pytest.raises(AlreadyStored):
        await place.store.copy(other, target)
    assert await place.read(target) == b"to copy"


async def test_a_link_reads_the_file_and_no_other(place: Place) -> None:
    key = await place.put(b"by link")
    link = await place.store.link(key, lifetime=MINUTE, filename="document_01.pdf", media_type="application/pdf")
    assert link.method == "GET"
    assert await place.fetch(link) == b"by link"
    assert link.url not in repr(link)


async def test_an_upload_link_stores_what_was_promised(place: Place) -> None:
    key, content = place.key(Area.STAGING), some_bytes(70_000)
    link = await place.store.upload_link(
        key, lifetime=MINUTE, size=len(content), expect=sha256(content), media_type="a/b"
    )
    assert await place.send(link, content)
    assert await place.read(key) == content


async def test_an_upload_link_refuses_another_number_of_bytes(place: Place) -> None:
    if not place.looks_at_links:
        pytest.skip("moto believes every length")
    key = place.key(Area.STAGING)
    link = await place.store.upload_link(key, lifetime=MINUTE, size=10, expect=sha256(b"0123456789"))
    assert not await place.send(link, b"01234567891")
    assert not await place.send(link, b"012345678")
    await nothing_is_left(place)


async def test_an_upload_link_refuses_other_bytes(place: Place) -> None:
    if not place.looks_at_digests:
        pytest.skip("this server does not know SHA-256: whoever takes the file in compares it")
    key = place.key(Area.STAGING)
    link = await place.store.upload_link(key, lifetime=MINUTE, size=10, expect=sha256(b"0123456789"))
    assert not await place.send(link, b"9876543210")
    await nothing_is_left(place)


async def test_an_upload_link_never_replaces_a_file(place: Place) -> None:
    key = place.key(Area.STAGING)
    link = await place.store.upload_link(key, lifetime=MINUTE, size=3, expect=sha256(b"one"))
    await place.put(b"two", key)
    assert not await place.send(link, b"one")
    assert await place.read(key) == b"two"


async def test_an_edited_link_is_refused(place: Place) -> None:
    if not place.looks_at_links:
        pytest.skip("moto believes every link")
    key, other = await place.put(b"mine"), await place.put(b"not mine")
    link = await place.store.link(key, lifetime=MINUTE, filename="a")
    other_link = await place.store.link(other, lifetime=MINUTE, filename="a")
    for edited in edits(link.url, other_link.url):
        assert await place.fetch(type(link)(edited, "GET", {}, link.expires)) is None


def edits(url: str, other: str) -> list[str]:
    """Other links made out of two."""
    if "?" in url:
        (path, query), (other_path, _) = url.split("?"), other.split("?")
        return [
            f"{other_path}?{query}",
            url[:-1] + ("0" if url[-1] != "0" else "1"),
            url.replace("Expires=60", "Expires=90"),
            path,
        ]
    base, token = url.rsplit("/", 1)
    body, signature = token.split("~")
    other_body = other.rsplit("/", 1)[1].split("~")[0]
    changed = [
        f"{other_body}~{signature}",
        f"{body}~",
        body,
        f"{body}~{signature}x",
        f"{body[:-2]}~{signature}",
        "~",
        "",
    ]
    return [f"{base}/{one}" for one in changed]


async def test_a_link_ends(place: Place) -> None:
    if not place.looks_at_links:
        pytest.skip("moto believes every link")
    key = await place.put(b"for a while")
    second = timedelta(seconds=1)
    link = await place.store.link(key, lifetime=second, filename="a")
    upload = await place.store.upload_link(place.key(), lifetime=second, size=1, expect=sha256(b"1"))
    if place.root is None and Ability.OWN_LINKS in place.store.abilities:
        await asyncio.sleep(2.1)
    place.clock.ahead = timedelta(seconds=2)
    assert await place.fetch(link) is None
    assert not await place.send(upload, b"1")
    assert await listed(place) == [key]


async def test_a_link_to_nothing_gives_nothing(place: Place) -> None:
    assert await place.fetch(await place.store.link(place.key(), lifetime=MINUTE, filename="a")) is None


LARGE = 40 * MEBIBYTE + 11


async def send_parts(place: Place, upload: Upload, content: bytes, numbers: set[int]) -> None:
    at = 0
    for number, size in enumerate(part_sizes(len(content)), 1):
        if number in numbers:
            link = await place.store.parts_link(upload, number, lifetime=MINUTE, size=size)
            assert await place.send(link, content[at : at + size])
        at += size


async def test_an_upload_in_parts_goes_on_after_a_break(place: Place) -> None:
    content, key = some_bytes(LARGE), place.key(Area.STAGING)
    upload = await place.store.parts_begin(key, media_type="video/mp4")
    await send_parts(place, upload, content, {1, 3})
    assert await listed(place) == []
    again = Upload(key, str(upload.id))
    assert await place.store.parts_stored(again) == [Part(1, 16 * MEBIBYTE), Part(3, 8 * MEBIBYTE + 11)]
    with pytest.raises(PartsMissing) as refused:
        await place.store.parts_join(again, size=LARGE)
    assert refused.value.numbers == (2,)
    await send_parts(place, again, content, {2})
    stored = await place.store.parts_join(again, size=LARGE)
    assert (stored.key, stored.size) == (key, LARGE)
    assert hashed(await place.read(key)).digest() == sha256(content)
    assert await begun(place) == []
    assert place.leftovers() == []


async def test_joining_again_gives_the_same_file(place: Place) -> None:
    content, key = some_bytes(5), place.key()
    upload = await place.store.parts_begin(key)
    await send_parts(place, upload, content, {1})
    joined = [await place.store.parts_join(upload, size=5) for _ in range(2)]
    assert [(stored.key, stored.size) for stored in joined] == [(key, 5)] * 2
    with pytest.raises(AlreadyStored):
        await place.store.parts_join(upload, size=6)


async def test_a_part_sent_again_replaces_itself(place: Place) -> None:
    upload = await place.store.parts_begin(place.key())
    for content in (b"wrong", b"right"):
        await send_parts(place, upload, content, {1})
    await place.store.parts_join(upload, size=5)
    assert await place.read(upload.key) == b"right"


async def test_joining_never_replaces_a_file(place: Place) -> None:
    upload = await place.store.parts_begin(place.key())
    await send_parts(place, upload, b"parts", {1})
    await place.put(b"there", upload.key)
    with pytest.raises(AlreadyStored):
        await place.store.parts_join(upload, size=5)
    assert await place.read(upload.key) == b"there"
    await place.store.parts_drop(upload)
    assert await begun(place) == []


async def test_parts_of_another_size_are_not_joined(place: Place) -> None:
    upload = await place.store.parts_begin(place.key())
    await send_parts(place, upload, b"12345", {1})
    with pytest.raises(SizeMismatch):
        await place.store.parts_join(upload, size=4)
    assert [part.size for part in await place.store.parts_stored(upload)] == [5]
    assert await listed(place) == []


async def test_a_part_of_another_size_than_its_link_says_is_refused(place: Place) -> None:
    if not place.looks_at_links:
        pytest.skip("moto believes every length")
    upload = await place.store.parts_begin(place.key())
    link = await place.store.parts_link(upload, 1, lifetime=MINUTE, size=5)
    assert not await place.send(link, b"123456")
    assert await place.store.parts_stored(upload) == []


async def test_a_part_that_breaks_off_has_not_arrived(place: Place) -> None:
    upload = await place.store.parts_begin(place.key())
    with pytest.raises(Broken):
        await place.store.parts_put(upload, 1, until(Broken, b"123"), size=5)
    with pytest.raises(SizeMismatch):
        await place.store.parts_put(upload, 1, chunks_of(b"123"), size=5)
    assert await place.store.parts_stored(upload) == []


async def test_a_dropped_upload_is_gone_with_its_parts(place: Place) -> None:
    upload = await place.store.parts_begin(place.key())
    await send_parts(place, upload, b"12345", {1})
    for _ in range(2):
        await place.store.parts_drop(upload)
    for asked in (place.store.parts_stored(upload), place.store.parts_join(upload, size=5)):
        with pytest.raises(UploadGone):
            await asked
    with pytest.raises(UploadGone):
        await place.store.parts_put(upload, 1, chunks_of(b"12345"), size=5)
    await nothing_is_left(place)


@pytest.mark.parametrize("word", ["", "none", "../../x", "a/b", "\0", "0" * 42, "é" * 20])
async def test_an_upload_that_nobody_began_is_gone(place: Place, word: str) -> None:
    upload = Upload(place.key(), word)
    with pytest.raises(UploadGone):
        await place.store.parts_stored(upload)
    with pytest.raises(UploadGone):
        await place.store.parts_put(upload, 1, chunks_of(b"1"), size=1)
    with pytest.raises(UploadGone):
        await place.store.parts_join(upload, size=1)
    await place.store.parts_drop(upload)
    await nothing_is_left(place)


async def test_uploads_that_go_on_are_listed_with_their_beginning(place: Place) -> None:
    before = datetime.now(UTC)
    uploads = {await place.store.parts_begin(place.key()) for _ in range(3)}
    found = [one async for one in place.store.parts_begun(Under(place.practice_id))]
    assert {one.upload for one in found} == uploads
    # moto tells the same time for all of them.
    assert not place.looks_at_links or all(
        before - timedelta(seconds=2) <= one.since <= datetime.now(UTC) + timedelta(seconds=2) for one in found
    )
    assert await listed(place) == []
    for upload in uploads:
        await place.store.parts_drop(upload)


async def test_a_store_says_what_it_was_checked_for_and_leaves_nothing(place: Place) -> None:
    before = await listed(place, Under())
    assert await place.store.check()
    assert await listed(place, Under()) == before
    assert place.leftovers() == []


async def test_only_a_folder_names_paths(place: Place) -> None:
    key = await place.put(b"somewhere")
    if place.root is None:
        with pytest.raises(NotOffered):
            place.store.path(key)
    else:
        assert (place.root / place.store.path(key)).read_bytes() == b"somewhere"
    assert (Ability.PATHS in place.store.abilities) == (place.root is not None)
