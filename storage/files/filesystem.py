"""Files in a folder of this machine, or of one that all servers share.

    <practice>/<area>/ab/cd/abcd…            the files; folders 0700, files 0600
    .parts/<practice>/<area>/<id>.<upload>/  the parts of uploads, each written as a file is

Blocking work is done in threads. Bytes are hashed in one while another writes them and the next ones come.
"""

import asyncio
import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import ParamSpec, TypeVar
from uuid import UUID, uuid4

from storage.files.errors import AlreadyStored, Denied, InvalidKey, NotStored, OutOfSpace, Unreachable, UploadGone
from storage.files.flowing import Arriving, Threads, batches, once, settled
from storage.files.folders import Draft, Folders, names_in
from storage.files.interface import (
    ANY_TYPE,
    MEBIBYTE,
    Ability,
    Area,
    Begun,
    FileStore,
    Key,
    Opened,
    Part,
    Span,
    Stored,
    Under,
    Upload,
    part_sizes,
)
from storage.files.joining import all_there
from storage.files.links import Links, WithOurLinks

PARTS = ".parts"
PART = re.compile(r"[0-9]{5}")
UPLOAD = re.compile(r"[0-9a-f]{10}[0-9a-f]{32}")
MOST_THREADS = 16
PAGE = 500
START_WRITING_BYTES = 16 * MEBIBYTE

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Filesystem(WithOurLinks, FileStore):
    """Files below a folder that exists. `unnamed=False` does without unnamed files, as it must on NFS."""

    abilities = frozenset({Ability.PATHS, Ability.LASTING, Ability.LINKS_CHECK_DIGEST})

    def __init__(self, root: Path, *, name: str = "file", links: Links | None = None, unnamed: bool = True) -> None:
        self.name, self.links = name, links
        self._folders = Folders(name, root, unnamed=unnamed)
        self._threads = Threads(MOST_THREADS)

    async def put(
        self,
        key: Key,
        chunks: AsyncIterable[bytes],
        *,
        size: int | None = None,
        expect: bytes | None = None,
        media_type: str = ANY_TYPE,
    ) -> Stored:
        """Store a file; the media type is not kept here."""
        arriving = Arriving(key, size, expect)
        await self._act(self._make_sure_of_room, size or 0)
        async with self._draft(*names_of(key)[:-1]) as draft:
            await self._fill(draft, arriving, chunks)
            return await self._act(self._publish, draft, key, arriving.sha256)

    async def _fill(self, draft: Draft, arriving: Arriving, chunks: AsyncIterable[bytes]) -> None:
        """Write and hash at the same time, while the next batch comes."""
        working: tuple[asyncio.Future[None], ...] = ()
        try:
            async for batch in batches(chunks, MEBIBYTE):
                arriving.count(batch)
                for future in working:
                    await asyncio.shield(future)
                working = (self._begin(arriving.take, batch), self._begin(append, draft, batch, arriving.came))
            for future in working:
                await asyncio.shield(future)
        finally:
            await settled(*working)
        await self._act(arriving.complete)

    def _publish(self, draft: Draft, key: Key, sha256: bytes | None) -> Stored:
        names = names_of(key)
        with suppress(FileExistsError):
            self._folders.publish(draft, names[-1])
            return self._described(key, sha256)
        self._compare(draft.descriptor, sha256, key)
        return self._described(key, sha256)

    def _compare(self, descriptor: int, sha256: bytes | None, key: Key) -> None:
        """Whether the file under a key has the same bytes; `AlreadyStored` if not."""
        there = self._opened(key)
        try:
            same_size = os.fstat(descriptor).st_size == os.fstat(there).st_size
            if not same_size or (sha256 or digest_of(descriptor)) != digest_of(there):
                raise AlreadyStored(key)
        finally:
            os.close(there)

    def open(self, key: Key, *, span: Span | None = None) -> AbstractAsyncContextManager[Opened]:
        """Read a file, one chunk ahead of whoever takes them."""
        return self._reading(key, span)

    @asynccontextmanager
    async def _reading(self, key: Key, span: Span | None) -> AsyncIterator[Opened]:
        async with self._threads.held(lambda: self._telling(self._opened, key), os.close) as descriptor:
            stored = stored_as(key, os.fstat(descriptor))
            start, end = span.of(stored) if span else (0, stored.size)
            async with aclosing(self._read(descriptor, start, end)) as chunks:
                yield Opened(stored, start, end, chunks)

    async def _read(self, descriptor: int, start: int, end: int) -> AsyncGenerator[bytes, None]:
        coming = None
        try:
            while start < end:
                coming = coming or self._begin(os.pread, descriptor, min(MEBIBYTE, end - start), start)
                chunk = await asyncio.shield(coming)
                if not chunk:
                    raise Unreachable(self.name, "has a file that became shorter while it was read")
                start += len(chunk)
                coming = self._begin(os.pread, descriptor, min(MEBIBYTE, end - start), start) if start < end else None
                yield chunk
        finally:
            if coming is not None:
                await settled(coming)

    def _opened(self, key: Key) -> int:
        try:
            return self._folders.open(*names_of(key))
        except FileNotFoundError:
            raise NotStored(key) from None

    async def describe(self, key: Key) -> Stored:
        """Size and time of a file."""
        return await self._act(self._described, key)

    def _described(self, key: Key, sha256: bytes | None = None) -> Stored:
        try:
            state = self._folders.describe(*names_of(key))
        except FileNotFoundError:
            raise NotStored(key) from None
        if not stat.S_ISREG(state.st_mode):
            raise Denied(self.name, f"has something that is not a file under {key}")
        return stored_as(key, state, sha256)

    async def remove(self, key: Key) -> None:
        """Remove a file; its folders stay, as somebody may just be putting another one there."""
        await self._act(self._remove, key)

    def _remove(self, key: Key) -> None:
        names = names_of(key)
        with suppress(FileNotFoundError), self._folders.step(*names[:-1]) as folder:
            os.unlink(names[-1], dir_fd=folder)
            os.fsync(folder)

    async def keys(self, under: Under) -> AsyncIterator[Stored]:
        """The files under a place, a page at a time."""
        listed = self._listed(under)
        while page := await self._act(lambda: list(islice(listed, PAGE))):
            for stored in page:
                yield stored

    def _listed(self, under: Under) -> Iterator[Stored]:
        within = tuple(filter(None, str(under).split("/")))
        for names in self._folders.walk(within, 4 - len(within)):
            with suppress(InvalidKey, NotStored, Denied):
                key = Key.read("/".join((*names[:2], names[-1])))
                if names_of(key) == names:
                    yield self._described(key)

    async def copy(self, source: Key, target: Key) -> Stored:
        """A second name for the same bytes: nobody can change them, so this costs nothing."""
        return await self._act(self._copy, source, target)

    def _copy(self, source: Key, target: Key) -> Stored:
        self._described(source)
        (*from_folder, name), (*to_folder, new_name) = names_of(source), names_of(target)
        try:
            with self._folders.step(*to_folder, make=True) as to, self._folders.step(*from_folder) as folder:
                os.link(name, new_name, src_dir_fd=folder, dst_dir_fd=to, follow_symlinks=False)
                os.fsync(to)
        except FileNotFoundError:
            raise NotStored(source) from None
        except FileExistsError:
            descriptor = self._opened(source)
            try:
                self._compare(descriptor, None, target)
            finally:
                os.close(descriptor)
        return self._described(target)

    async def parts_begin(self, key: Key, *, media_type: str = ANY_TYPE) -> Upload:
        """Make the folder of the parts."""
        upload = Upload(key, f"{int(time.time()):010x}{secrets.token_hex(16)}")
        await self._act(self._begin_parts, upload)
        return upload

    def _begin_parts(self, upload: Upload) -> None:
        with self._folders.step(*parts_of(upload), make=True):
            pass
        # Nobody begins it again, so there is nothing to remember.
        self._folders.forget(parts_of(upload))

    async def parts_put(self, upload: Upload, number: int, chunks: AsyncIterable[bytes], *, size: int) -> Part:
        """Write one part as a file is written."""
        arriving = Arriving(upload.key, size)
        await self._act(self._make_sure_of_room, size)
        try:
            async with self._draft(*parts_of(upload), make=False) as draft:
                await self._fill(draft, arriving, chunks)
                await self._act(self._folders.publish, draft, f"{number:05}", replace=True)
        except FileNotFoundError:
            raise UploadGone(upload.key, upload.id) from None
        return Part(number, size)

    async def parts_stored(self, upload: Upload) -> Sequence[Part]:
        """The parts whose writing has ended."""
        return await self._act(self._stored_parts, upload)

    def _stored_parts(self, upload: Upload) -> Sequence[Part]:
        try:
            with self._folders.step(*parts_of(upload)) as folder:
                names = sorted(filter(PART.fullmatch, names_in(folder)))
                return [Part(int(name), os.stat(name, dir_fd=folder, follow_symlinks=False).st_size) for name in names]
        except FileNotFoundError:
            raise UploadGone(upload.key, upload.id) from None

    async def parts_join(self, upload: Upload, *, size: int) -> Stored:
        """Append the parts to each other, within the system."""
        try:
            all_there(upload, await self.parts_stored(upload), size)
        except UploadGone:
            return await self._joined_before(upload, size)
        await self._act(self._make_sure_of_room, size)
        async with self._draft(*names_of(upload.key)[:-1]) as draft:
            for number, part_size in enumerate(part_sizes(size), 1):
                await self._act(self._append_part, draft, upload, Part(number, part_size))
            stored = await self._act(self._publish, draft, upload.key, None)
        await self.parts_drop(upload)
        return stored

    def _append_part(self, draft: Draft, upload: Upload, part: Part) -> None:
        try:
            descriptor = self._folders.open(*parts_of(upload), f"{part.number:05}")
        except FileNotFoundError:
            raise UploadGone(upload.key, upload.id) from None
        try:
            draft.append(descriptor)
        finally:
            os.close(descriptor)

    async def _joined_before(self, upload: Upload, size: int) -> Stored:
        try:
            stored = await self.describe(upload.key)
        except NotStored:
            raise UploadGone(upload.key, upload.id) from None
        if stored.size != size:
            raise AlreadyStored(upload.key)
        return stored

    async def parts_drop(self, upload: Upload) -> None:
        """Remove the parts and their folder."""
        with suppress(UploadGone):
            await self._act(self._drop_parts, upload)

    def _drop_parts(self, upload: Upload) -> None:
        *above, name = parts_of(upload)
        with suppress(FileNotFoundError), self._folders.step(*above) as folder:
            while True:
                with self._folders.step(*above, name) as parts:
                    for part in names_in(parts):
                        os.unlink(part, dir_fd=parts)
                # A part that was just being written may have come in between.
                with suppress(OSError):
                    os.rmdir(name, dir_fd=folder)
                    os.fsync(folder)
                    return

    async def parts_begun(self, under: Under) -> AsyncIterator[Begun]:
        """The uploads that have a folder of parts."""
        listed = self._begun(under)
        while page := await self._act(lambda: list(islice(listed, PAGE))):
            for begun in page:
                yield begun

    def _begun(self, under: Under) -> Iterator[Begun]:
        within = (PARTS, *filter(None, str(under).split("/")))
        for _, practice, area, name in self._folders.walk(within, 3 - len(within)):
            with suppress(InvalidKey):
                id, _, upload_id = name.partition(".")
                upload = Upload(Key.read(f"{practice}/{area}/{id}"), upload_id)
                if UPLOAD.fullmatch(upload_id):
                    yield Begun(upload, datetime.fromtimestamp(int(upload_id[:10], 16), UTC))

    def path(self, key: Key) -> str:
        """Where the file lies below the folder."""
        return "/".join(names_of(key))

    async def check(self, *, origins: Sequence[str] = ()) -> str:
        """Store, read and remove a file. Links lead to ourselves, so every origin may use them that may call us."""
        key = Key(UUID(int=0), Area.STAGING, UUID(bytes=bytes(2) + uuid4().bytes[2:]))
        await self._act(self._folders.drop_abandoned)
        try:
            await self.put(key, once(key.id.bytes))
            async with self.open(key) as opened:
                if await opened.read() != key.id.bytes:
                    raise Unreachable(self.name, "returned other bytes than were stored")
        finally:
            await self.remove(key)
        free = await self._act(self._folders.free_bytes)
        return f"{self._folders.root} stores, reads and removes; {free >> 30} GiB are free"

    async def close(self) -> None:
        """End the threads, and let go of the folder."""
        await self._threads.close()
        self._folders.close()

    def _make_sure_of_room(self, size: int) -> None:
        if size > self._folders.free_bytes():
            raise OutOfSpace(self.name, f"has no room for {size} bytes")

    def _draft(self, *names: str, make: bool = True) -> AbstractAsyncContextManager[Draft]:
        return self._threads.held(lambda: self._telling(self._folders.draft, *names, make=make), self._folders.drop)

    async def _act(self, act: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        return await self._threads.run(lambda: self._telling(act, *args, **kwargs))

    def _begin(
        self, act: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> asyncio.Future[Result]:
        return self._threads.begin(lambda: self._telling(act, *args, **kwargs))

    def _telling(self, act: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        with self._folders.told():
            return act(*args, **kwargs)


def names_of(key: Key) -> tuple[str, ...]:
    """The folders and the name of a key: no folder grows beyond what file systems like."""
    id = key.id.hex
    return key.practice_id.hex, key.area.value, id[:2], id[2:4], id


def parts_of(upload: Upload) -> tuple[str, ...]:
    """The folder of an upload's parts; `UploadGone` when its id is none of ours."""
    if not UPLOAD.fullmatch(upload.id):
        raise UploadGone(upload.key, upload.id)
    return PARTS, upload.key.practice_id.hex, upload.key.area.value, f"{upload.key.id.hex}.{upload.id}"


def stored_as(key: Key, state: os.stat_result, sha256: bytes | None = None) -> Stored:
    """A file as the promise describes it. The time is that of its last change of name: a copy is as young as it is."""
    return Stored(key, state.st_size, datetime.fromtimestamp(state.st_ctime, UTC), sha256)


def append(draft: Draft, batch: bytes | bytearray | memoryview, end: int) -> None:
    """Write a batch that ends at `end`; from time to time, let the system begin to bring it to the disk."""
    draft.write(batch)
    begun = (end - len(batch)) // START_WRITING_BYTES
    if end // START_WRITING_BYTES > begun and hasattr(os, "posix_fadvise"):
        # Linux takes this as the wish to write these pages now; what is not written yet is not dropped.
        os.posix_fadvise(draft.descriptor, begun * START_WRITING_BYTES, START_WRITING_BYTES, os.POSIX_FADV_DONTNEED)


def digest_of(descriptor: int) -> bytes:
    """The SHA-256 of a file, from its beginning."""
    hashed, at = hashlib.sha256(), 0
    while batch := os.pread(descriptor, MEBIBYTE, at):
        hashed.update(batch)
        at += len(batch)
    return hashed.digest()
