"""What a bucket says, in the words of the promise. No error of the library leaves this room."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiohttp import ClientError as BrokenOff
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError

from storage.files.errors import Denied, NotStored, OutOfSpace, StorageError, Unreachable, UploadGone
from storage.files.interface import Key, Upload

NOT_THERE = ("404", "NoSuchKey", "NotFound")
TAKEN = ("412", "PreconditionFailed", "409", "ConditionalRequestConflict")
OUTSIDE = ("416", "InvalidRange")
DENIED = (
    "401",
    "403",
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "ExpiredToken",
    "AllAccessDisabled",
)
FULL = ("507", "InsufficientStorage", "InsufficientCapacity", "QuotaExceeded", "XMinioStorageFull")


class Taken(Exception):
    """Something lies under the key already, or is being put there."""


class Outside(Exception):
    """The span begins behind the last byte."""


@contextmanager
def told(store: str, key: Key | Upload | None = None) -> Iterator[None]:
    """Say in our words what went wrong with a key or an upload, or with the bucket."""
    try:
        yield
    except ClientError as error:
        raise in_our_words(store, key, error) from error
    except NoCredentialsError as error:
        raise Denied(store, "needs an access key: in its URL, or where the AWS tools look for one") from error
    except (BotoCoreError, BrokenOff, OSError, TimeoutError) as error:
        if isinstance(error, ParamValidationError):
            raise
        raise Unreachable(store, f"does not answer: {type(error).__name__}") from error


def in_our_words(store: str, key: Key | Upload | None, error: ClientError) -> Exception:
    """The error that an answer of the bucket means."""
    said: dict[str, Any] = dict(error.response.get("Error", {}))
    codes = {str(said.get("Code", "")), str(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", ""))}
    if "NoSuchBucket" in codes:
        return Unreachable(store, "has no such bucket: make it, or mend its name")
    if "NoSuchUpload" in codes and isinstance(key, Upload):
        return UploadGone(key.key, key.id)
    for meant, words in ((Taken, TAKEN), (Outside, OUTSIDE)):
        if codes.intersection(words):
            return meant()
    if codes.intersection(NOT_THERE) and key is not None:
        return NotStored(key.key if isinstance(key, Upload) else key)
    return unwell(store, codes, str(said.get("Message", "")))


def unwell(store: str, codes: set[str], message: str) -> StorageError:
    """What is wrong with the bucket itself."""
    why = f"{' '.join(sorted(filter(None, codes)))} {message}".strip()
    if codes.intersection(DENIED):
        return Denied(store, f"refuses: {why}")
    if codes.intersection(FULL):
        return OutOfSpace(store, f"has no room left: {why}")
    return Unreachable(store, f"failed: {why}")
