"""The key ring: a file of named keys, newest first, from which every use derives a key of its own.

A use is a purpose ("cursor", "upload link") and a practice, or none. What one use seals or signs, no other use takes
back. Values carry the name of their key: the newest key seals and signs, the older ones still unseal and verify.

The file is text, `name secret` on each line, the secret being 32 random bytes in base64; only its owner may read it.
"""

import base64
import hashlib
import hmac
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SECRET_BYTES = 32
NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")
CACHED_USES = 4096


class NotSealedHere(ValueError):
    """The value was not sealed by this key ring for this use, or was changed since."""

    def __init__(self) -> None:
        super().__init__("not sealed here")


class KeyFileRefused(Exception):
    """The key file cannot be used; the message says why and how to mend it, and holds no secret."""


@dataclass(frozen=True, slots=True)
class Key:
    """A named secret that is never used itself, only derived from."""

    name: str
    secret: bytes = field(repr=False)

    @classmethod
    def made(cls) -> "Key":
        """A new random key."""
        return cls(secrets.token_hex(4), secrets.token_bytes(SECRET_BYTES))

    def derived(self, way: str, purpose: str, practice_id: UUID | None, length: int) -> bytes:
        """The key of one use (HKDF-SHA256, RFC 5869)."""
        use = joined([b"casegraph", way.encode(), purpose.encode(), practice_id.bytes if practice_id else b""])
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=use).derive(self.secret)


class KeyRing:
    """Keys, newest first. Sealing and signing are quick (a few microseconds) and safe between threads."""

    def __init__(self, keys: Iterable[Key]) -> None:
        self.keys = tuple(keys)
        self._named = {key.name: key for key in self.keys}
        if not self.keys or len(self._named) < len(self.keys):
            raise KeyFileRefused("a key ring has at least one key, and no two of one name")
        self._sealer = lru_cache(CACHED_USES)(self._new_sealer)
        self._signing_key = lru_cache(CACHED_USES)(self._new_signing_key)

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._named)})"

    @classmethod
    def made(cls) -> "KeyRing":
        """A key ring of one new key."""
        return cls([Key.made()])

    def with_new_key(self) -> "KeyRing":
        """The same keys behind a new one, which seals and signs from now on."""
        return KeyRing([Key.made(), *self.keys])

    @classmethod
    def read(cls, path: Path) -> "KeyRing":
        """The key ring kept in a file; `KeyFileRefused` if it cannot be, or others may read it too."""
        try:
            with path.open(encoding="utf-8") as file:
                mode = os.fstat(file.fileno()).st_mode
                text = file.read()
        except FileNotFoundError:
            raise KeyFileRefused(f"there is no key file {path}: make one with `./casegraph keys add`") from None
        except (OSError, UnicodeDecodeError) as error:
            raise KeyFileRefused(f"the key file {path} cannot be read: {error}") from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileRefused(f"the key file {path} is open to others (mode {mode & 0o777:04o}): chmod 600 {path}")
        lines = enumerate(text.splitlines(), 1)
        keys = [read_line(line, f"{path}, line {number}") for number, line in lines if not is_remark(line)]
        if not keys:
            raise KeyFileRefused(f"the key file {path} holds no key: make one with `./casegraph keys add`")
        return cls(keys)

    def write(self, path: Path) -> None:
        """Keep the key ring in a file that only its owner can read: the old file or the new one, whatever happens."""
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        self._write_new(beside)
        beside.replace(path)
        sync_folder(path.parent)

    def write_first(self, path: Path) -> bool:
        """Keep the key ring in a file that does not exist yet; False, and nothing is done, when somebody was first."""
        beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        self._write_new(beside)
        try:
            path.hardlink_to(beside)
        except FileExistsError:
            return False
        finally:
            beside.unlink()
        sync_folder(path.parent)
        return True

    def _write_new(self, path: Path) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(
                "# Casegraph's keys, newest first. Whoever has them can forge cursors and links: keep them secret.\n"
            )
            file.writelines(f"{key.name} {base64.b64encode(key.secret).decode()}\n" for key in self.keys)
            file.flush()
            os.fsync(file.fileno())

    def seal(self, purpose: str, practice_id: UUID | None, plaintext: bytes, bound_to: Sequence[bytes] = ()) -> str:
        """Hide `plaintext` in a URL-safe text that only the same use can open, with the same `bound_to`.

        Deterministic on purpose (AES-SIV, RFC 5297): equal positions have equal cursors.
        """
        return self.sealing(purpose, practice_id, bound_to)(plaintext)

    def sealing(self, purpose: str, practice_id: UUID | None, bound_to: Sequence[bytes] = ()) -> Callable[[bytes], str]:
        """What seals many values for one use, as `seal` does each."""
        newest = self.keys[0].name
        encrypt, bound = self._sealer(newest, purpose, practice_id).encrypt, [joined(bound_to)]
        return lambda plaintext: written(newest, encrypt(plaintext, bound))

    def unseal(self, purpose: str, practice_id: UUID | None, sealed: str, bound_to: Sequence[bytes] = ()) -> bytes:
        """What `seal` hid; `NotSealedHere` for anything else."""
        name, body = read_value(sealed)
        if name not in self._named or len(body) < 16:
            raise NotSealedHere
        try:
            return self._sealer(name, purpose, practice_id).decrypt(body, [joined(bound_to)])
        except InvalidTag:
            raise NotSealedHere from None

    def sign(self, purpose: str, practice_id: UUID | None, message: bytes) -> str:
        """A signature of `message` (HMAC-SHA256): 43 URL-safe characters behind the key's name."""
        return self._signed(self.keys[0].name, purpose, practice_id, message)

    def verify(self, purpose: str, practice_id: UUID | None, message: bytes, signature: str) -> bool:
        """Whether one of our keys made this signature for this use. Takes the same time for every wrong one."""
        name = signature.partition(".")[0]
        if name not in self._named:
            return False
        return hmac.compare_digest(self._signed(name, purpose, practice_id, message).encode(), as_bytes(signature))

    def fingerprint(self, purpose: str, practice_id: UUID | None, value: bytes) -> str:
        """A keyed hash to recognise `value` by without keeping it. A new key changes it: look up by `fingerprints`."""
        return self._signed(self.keys[0].name, f"fingerprint {purpose}", practice_id, value)

    def fingerprints(self, purpose: str, practice_id: UUID | None, value: bytes) -> tuple[str, ...]:
        """The fingerprint by every key, newest first."""
        return tuple(self._signed(key.name, f"fingerprint {purpose}", practice_id, value) for key in self.keys)

    def _signed(self, name: str, purpose: str, practice_id: UUID | None, message: bytes) -> str:
        return written(name, hmac.digest(self._signing_key(name, purpose, practice_id), message, hashlib.sha256))

    def _new_sealer(self, name: str, purpose: str, practice_id: UUID | None) -> AESSIV:
        return AESSIV(self._named[name].derived("seal", purpose, practice_id, 64))

    def _new_signing_key(self, name: str, purpose: str, practice_id: UUID | None) -> bytes:
        return self._named[name].derived("sign", purpose, practice_id, 32)


def kept_at(path: Path) -> KeyRing:
    """The key ring in a file, made if there is none yet."""
    if not path.exists():
        KeyRing.made().write_first(path)
    return KeyRing.read(path)


def is_remark(line: str) -> bool:
    """Whether a line of a key file holds no key."""
    return not line.strip() or line.startswith("#")


def read_line(line: str, place: str) -> Key:
    """The key of a line; `KeyFileRefused` names the place, never what stands there."""
    name, _, coded = line.strip().partition(" ")
    try:
        secret = base64.b64decode(coded.strip(), validate=True)
    except ValueError:
        secret = b""
    if not NAME.fullmatch(name) or len(secret) != SECRET_BYTES:
        raise KeyFileRefused(f"{place}: expected a name, a space and {SECRET_BYTES} bytes in base64")
    return Key(name, secret)


def joined(parts: Sequence[bytes]) -> bytes:
    """Many parts as one, so that no two lists of parts look the same."""
    return b"".join(len(part).to_bytes(8, "big") + part for part in (len(parts).to_bytes(8, "big"), *parts))


def written(name: str, body: bytes) -> str:
    """A value behind the name of its key, for URLs."""
    return f"{name}.{base64.urlsafe_b64encode(body).rstrip(b'=').decode()}"


def read_value(text: str) -> tuple[str, bytes]:
    """The name and the body of a value; `NotSealedHere` unless `written` would write it exactly so."""
    name, _, coded = text.partition(".")
    try:
        body = base64.b64decode(coded + "=" * (-len(coded) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise NotSealedHere from None
    # Two spellings of one value would be two cursors of one position.
    if written(name, body) != text:
        raise NotSealedHere
    return name, body


def as_bytes(text: str) -> bytes:
    """A text to compare with, whatever a caller put into it."""
    return text.encode("utf-8", "surrogatepass")


def sync_folder(folder: Path) -> None:
    """Make a file's new name outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
