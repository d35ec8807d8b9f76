"""Documents sent by their hash (`extensions.persistedQuery`), and the list that can be the only ones that run.

automatic    as Apollo's clients do it: the hash alone first; told that it is not known, the document with its hash,
             from then on the hash alone. Kept in this process, within a bound; nothing is lost when one goes.
allow-list   a file of documents by their hash, from a client's build: with it nothing else runs, whoever asks.
"""

import hashlib
import re
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson
from graphql import GraphQLError

from schema.documents import BadDocument
from schema.operations import Operations
from server.parameters import Parameters
from server.refusals import BadRequest

MOST_BYTES = 8 * 1024 * 1024

_SHA256 = re.compile(r"[0-9a-f]{64}")


class BadAllowList(Exception):
    """The file is no list of documents by their hashes; the message says why."""


class PersistedDocuments:
    """The documents that may be named by their hash."""

    def __init__(
        self, allowed: Mapping[str, str] | None = None, *, automatic: bool = True, most_bytes: int = MOST_BYTES
    ) -> None:
        """`allowed`: the documents by their hashes that alone may run; `automatic`: whether callers may add theirs."""
        self._allowed = allowed
        self._texts = frozenset((allowed or {}).values())
        self._automatic = automatic
        self._most = most_bytes
        self._held = 0
        self._added: OrderedDict[str, str] = OrderedDict()

    def text(self, asked: Parameters) -> str:
        """The document of a request. Raises `BadRequest` and `BadDocument`."""
        named = _hash(asked.extensions)
        if asked.query is None:
            return self._known(named or "")
        if named is not None and _hashed(asked.query) != named:
            raise BadRequest("The hash in `extensions.persistedQuery` is not that of the document.")
        if self._allowed is not None and asked.query not in self._texts:
            raise _refused("Only documents of this server's list may run.", "DOCUMENT_NOT_ALLOWED")
        if named is not None and self._automatic and self._allowed is None:
            self._add(named, asked.query)
        return asked.query

    def refuse_unfit(self, operations: Operations) -> None:
        """Raise `BadAllowList` when the list holds a document that cannot run."""
        for named, text in (self._allowed or {}).items():
            try:
                operations.keep(text)
            except BadDocument as error:
                raise BadAllowList(f"The document {named} of the list cannot run: {error.errors[0].message}") from error

    def _known(self, named: str) -> str:
        text = self._added.get(named) if self._allowed is None else self._allowed.get(named)
        if text is not None:
            if self._allowed is None:
                self._added.move_to_end(named)
            return text
        if self._allowed is None and self._automatic:
            raise _refused("PersistedQueryNotFound", "PERSISTED_QUERY_NOT_FOUND")
        if self._allowed is None:
            raise _refused("PersistedQueryNotSupported", "PERSISTED_QUERY_NOT_SUPPORTED")
        raise _refused("Only documents of this server's list may run.", "DOCUMENT_NOT_ALLOWED")

    def _add(self, named: str, text: str) -> None:
        if named in self._added:
            return
        self._added[named] = text
        self._held += len(text)
        while self._held > self._most:
            _, gone = self._added.popitem(last=False)
            self._held -= len(gone)


def read_allow_list(path: Path) -> dict[str, str]:
    """The documents of a list by their SHA-256, in Apollo's form (a manifest) or Relay's (an object of texts).

    A list may name its documents as its client likes; callers here name them by SHA-256. Raises `BadAllowList`.
    """
    try:
        content = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise BadAllowList(f"{path} cannot be read as JSON.") from error
    texts = _texts(content)
    if not texts or not all(isinstance(text, str) for text in texts):
        raise BadAllowList(f"{path} holds no documents: neither Apollo's manifest nor an object of texts.")
    return {_hashed(text): text for text in texts}


def _texts(content: Any) -> list[Any]:
    if not isinstance(content, dict):
        return []
    operations = content.get("operations")
    if isinstance(operations, list):
        return [each.get("body") if isinstance(each, dict) else None for each in operations]
    return list(content.values())


def _hash(extensions: dict[str, Any] | None) -> str | None:
    """The hash that a request names its document by, if it does. Raises `BadRequest` for one of a wrong shape."""
    named = (extensions or {}).get("persistedQuery")
    if named is None:
        return None
    if not isinstance(named, dict) or named.get("version") != 1:
        raise BadRequest("`extensions.persistedQuery` needs `version` 1.")
    found = named.get("sha256Hash")
    if not isinstance(found, str) or not _SHA256.fullmatch(found.lower()):
        raise BadRequest("`extensions.persistedQuery.sha256Hash` must be 64 hexadecimal digits.")
    return found.lower()


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def _refused(message: str, code: str) -> BadDocument:
    return BadDocument([GraphQLError(message, extensions={"code": code})])
