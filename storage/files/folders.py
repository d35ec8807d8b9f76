"""Folders and files below one root, reached step by step so that no symbolic link is ever followed. All of it blocks.

A file is written without a name, brought to the disk, and only then linked under its name, which fails if the name is
taken; last, the folder is brought to the disk. A crash at any point leaves the whole file or nothing.
"""

import errno
import fcntl
import os
import secrets
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.files.errors import Denied, OutOfSpace, StorageError, Unreachable
from storage.files.interface import MEBIBYTE

FOLDER_MODE, FILE_MODE = 0o700, 0o600
FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
NOT_UNNAMED = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)
DRAFTS = ".drafts"
MOST_REMEMBERED = 1 << 16
AT_ONCE = 1 << 26


class Folders:
    """Everything below `root`. Safe to use from several threads and processes at once."""

    def __init__(self, store: str, root: Path, *, unnamed: bool = True) -> None:
        self.store, self.root = store, root
        self._unnamed = unnamed and hasattr(os, "O_TMPFILE")
        self._root: int | None = None
        self._opening = threading.Lock()
        self._lasting: set[tuple[str, ...]] = set()

    def close(self) -> None:
        """Let go of the root."""
        if self._root is not None:
            os.close(self._root)
            self._root = None

    @contextmanager
    def step(self, *names: str, make: bool = False) -> Iterator[int]:
        """A descriptor of the folder that `names` lead to. With `make`, it is there and outlasts a power cut."""
        descriptor = os.dup(self._opened_root())
        try:
            for depth, name in enumerate(names):
                if make:
                    self._make(descriptor, names[: depth + 1])
                below = os.open(name, FOLDER, dir_fd=descriptor)
                os.close(descriptor)
                descriptor = below
            yield descriptor
        finally:
            os.close(descriptor)

    def _opened_root(self) -> int:
        with self._opening:
            if self._root is None:
                try:
                    self._root = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
                except OSError as error:
                    raise Unreachable(self.store, f"has no folder {self.root}: {error.strerror}") from None
            return self._root

    def _make(self, above: int, names: tuple[str, ...]) -> None:
        if names in self._lasting:
            return
        with suppress(FileExistsError):
            os.mkdir(names[-1], FOLDER_MODE, dir_fd=above)
        # Also when another process made it just now: it may not have come to fsync yet.
        os.fsync(above)
        if len(self._lasting) > MOST_REMEMBERED:
            self._lasting.clear()
        self._lasting.add(names)

    def forget(self, names: tuple[str, ...]) -> None:
        """A folder was removed: it is not there any more, and perhaps will be again."""
        self._lasting.discard(names)

    def draft(self, *names: str, make: bool = True) -> "Draft":
        """A file in the making that will lie in the folder `names` lead to; drop it in any case."""
        with self.step(*names, make=make) as folder:
            if self._unnamed:
                try:
                    return Draft(os.open(".", os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, FILE_MODE, dir_fd=folder), names)
                except OSError as error:
                    if error.errno not in NOT_UNNAMED:
                        raise
                    self._unnamed = False
        return self._named_draft(names)

    def _named_draft(self, names: tuple[str, ...]) -> "Draft":
        """Where the file system has no unnamed files, as NFS: a name apart from all others, locked while in use."""
        name = secrets.token_hex(16)
        with self.step(DRAFTS, make=True) as folder:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            descriptor = os.open(name, flags, FILE_MODE, dir_fd=folder)
            lock(descriptor)
            return Draft(descriptor, names, name)

    def publish(self, draft: "Draft", name: str, *, replace: bool = False) -> None:
        """Bring a draft to the disk and give it its name. `FileExistsError` if that is taken, unless replaced."""
        os.fsync(draft.descriptor)
        with self.step(*draft.names) as folder:
            if replace:
                with suppress(FileNotFoundError):
                    os.unlink(name, dir_fd=folder)
            self._link(draft, name, folder)
            os.fsync(folder)

    def _link(self, draft: "Draft", name: str, folder: int) -> None:
        if draft.name is None:
            # The descriptors of both sides are needed: without them CPython calls link(), which cannot follow /proc.
            os.link(
                f"/proc/self/fd/{draft.descriptor}", name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=True
            )
            return
        with self.step(DRAFTS) as drafts:
            os.link(draft.name, name, src_dir_fd=drafts, dst_dir_fd=folder, follow_symlinks=False)

    def drop(self, draft: "Draft") -> None:
        """Close a draft; what was not published is gone."""
        if draft.name is not None:
            with suppress(FileNotFoundError), self.step(DRAFTS) as drafts:
                os.unlink(draft.name, dir_fd=drafts)
        os.close(draft.descriptor)

    def drop_abandoned(self) -> None:
        """Remove the named drafts of processes that are gone."""
        with suppress(FileNotFoundError), self.step(DRAFTS) as drafts:
            for name in names_in(drafts):
                with suppress(FileNotFoundError, BlockingIOError):
                    descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=drafts)
                    try:
                        lock(descriptor)
                        os.unlink(name, dir_fd=drafts)
                    finally:
                        os.close(descriptor)

    def open(self, *names: str) -> int:
        """A descriptor of a file to read; `FileNotFoundError`."""
        with self.step(*names[:-1]) as folder:
            descriptor = os.open(names[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Denied(self.store, f"has something that is not a file at {'/'.join(names)}")
        return descriptor

    def describe(self, *names: str) -> os.stat_result:
        """The state of a file; `FileNotFoundError`."""
        with self.step(*names[:-1]) as folder:
            return os.stat(names[-1], dir_fd=folder, follow_symlinks=False)

    def walk(self, names: tuple[str, ...], depth: int) -> Iterator[tuple[str, ...]]:
        """What lies `depth` folders below a folder, ordered; names that begin with a dot are ours and left out."""
        try:
            with self.step(*names) as folder:
                found = sorted(names_in(folder))
        except (FileNotFoundError, NotADirectoryError):
            return
        for name in found:
            if not name.startswith("."):
                yield from self.walk((*names, name), depth - 1) if depth else ((*names, name),)

    def free_bytes(self) -> int:
        """How much room is left."""
        state = os.statvfs(self._opened_root())
        return state.f_bavail * state.f_frsize

    @contextmanager
    def told(self) -> Iterator[None]:
        """Say in our words what the system says in its own; `FileNotFoundError` and `FileExistsError` pass."""
        try:
            yield
        except (StorageError, FileNotFoundError, FileExistsError):
            raise
        except OSError as error:
            raise in_our_words(self.store, error) from error


class Draft:
    """A file in the making: its descriptor, the folder it will lie in, and its name meanwhile, if it must have one."""

    __slots__ = ("descriptor", "name", "names")

    def __init__(self, descriptor: int, names: tuple[str, ...], name: str | None = None) -> None:
        self.descriptor, self.names, self.name = descriptor, names, name

    def write(self, batch: bytes | bytearray | memoryview) -> None:
        """Append all of it."""
        rest = memoryview(batch)
        while rest:
            rest = rest[os.write(self.descriptor, rest) :]

    def append(self, descriptor: int) -> None:
        """Append all of another file, without its bytes passing through this process where the system can."""
        before = os.lseek(self.descriptor, 0, os.SEEK_CUR)
        try:
            while os.copy_file_range(descriptor, self.descriptor, AT_ONCE):
                pass
        except (OSError, AttributeError):
            # Not every file system and not every system has it; what was copied so far is skipped.
            os.lseek(descriptor, os.lseek(self.descriptor, 0, os.SEEK_CUR) - before, os.SEEK_SET)
            while batch := os.read(descriptor, MEBIBYTE):
                self.write(batch)


def names_in(folder: int) -> list[str]:
    """What lies in an opened folder."""
    with os.scandir(folder) as entries:
        return [entry.name for entry in entries]


def lock(descriptor: int) -> None:
    """Hold a file for ourselves until the descriptor is closed; `BlockingIOError` if somebody else does."""
    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def in_our_words(store: str, error: OSError) -> StorageError:
    """The error of the store that an error of the system means."""
    why = f"{error.strerror or error}"
    if error.errno in NO_ROOM:
        return OutOfSpace(store, f"has no room left: {why}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Denied(store, f"may not be used: {why}")
    if error.errno in (errno.ELOOP, errno.ENOTDIR):
        return Denied(store, f"has a symbolic link or a file where a folder should be: {why}")
    return Unreachable(store, f"does not answer: {why}")
