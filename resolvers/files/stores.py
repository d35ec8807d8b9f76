"""Where files are kept: the store that new files go to, and every other one that rows still name."""

from collections.abc import Iterator

from storage.files.interface import FileStore


class StoreNotOpen(Exception):
    """A row names a store that this process was not told of."""

    def __init__(self, name: str) -> None:
        super().__init__(f"Files are kept in the store {name!r}, which is not among CASEGRAPH_FILES(_ALSO).")
        self.name = name


class Stores:
    """The opened stores by the names that rows give them; new files go to `current`."""

    def __init__(self, current: FileStore, *others: FileStore) -> None:
        self.current = current
        self._named = {store.name: store for store in (*others, current)}

    def __iter__(self) -> Iterator[FileStore]:
        return iter(self._named.values())

    def named(self, name: str) -> FileStore:
        """The store of that name; `StoreNotOpen` when it was not opened."""
        if name not in self._named:
            raise StoreNotOpen(name)
        return self._named[name]
