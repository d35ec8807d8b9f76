"""A store from one URL.

    file:///var/lib/casegraph/files                a folder of this machine
    s3://bucket/prefix?region=eu-central-1         a bucket, with the access key found where the AWS tools look for one
    s3://key:secret@bucket?endpoint=https://…      a bucket of another server, with its access key
    memory://                                      gone with the process

Each takes `name=`, what rows call the store; without, it is the scheme. A bucket also takes `public=`, the address by
which browsers reach it, and `addressing=` (`path`, `virtual` or `auto`).
"""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from storage.files.errors import InvalidAddress
from storage.files.filesystem import Filesystem
from storage.files.interface import FileStore
from storage.files.links import Links
from storage.files.memory import Memory

NAME_MOST = 40
OF_A_BUCKET = ("endpoint", "region", "public", "addressing")
SCHEMES: Mapping[str, tuple[str, ...]] = {"file": (), "memory": (), "s3": OF_A_BUCKET}


def open_store(url: str, *, links: Links | None = None) -> FileStore:
    """The store of a URL; nothing is asked of it yet. Raises `InvalidAddress`.

    `links` are our own, for stores that have none; without them such a store cannot make any.
    """
    address, said = read_address(url)
    name = said.pop("name", address.scheme)
    match address.scheme:
        case "file":
            return Filesystem(Path(unquote(address.path)), name=name, links=links)
        case "memory":
            return Memory(name=name, links=links)
    # The library of S3 is large: only those who keep files in a bucket load it.
    from storage.files.s3 import S3
    from storage.files.s3_bucket import Bucket

    where = Bucket(
        bucket=address.hostname or "",
        prefix=f"{address.path.strip('/')}/".lstrip("/"),
        endpoint=said.get("endpoint"),
        region=said.get("region"),
        public=said.get("public"),
        addressing=said.get("addressing", "path" if "endpoint" in said else "auto"),
        access_key=unquote(address.username) if address.username else None,
        secret_key=unquote(address.password) if address.password else None,
    )
    return S3(where, name=name)


def check_address(url: str) -> str:
    """The same URL, if it is one of a store; raises `InvalidAddress`, which says what is wrong and holds no secret."""
    read_address(url)
    return url


def name_of(url: str) -> str:
    """What rows call the store of a URL."""
    address, said = read_address(url)
    return said.get("name", address.scheme)


def folder_of(url: str) -> Path | None:
    """The folder of a `file:` URL; None for another."""
    address = urlsplit(url)
    return Path(unquote(address.path)) if address.scheme == "file" else None


def shown(url: str) -> str:
    """The URL without its access key, for people and logs."""
    address = urlsplit(url)
    return address._replace(netloc=address.netloc.rpartition("@")[2]).geturl()


def read_address(url: str) -> tuple[SplitResult, dict[str, str]]:
    """The parts of a URL and what stands behind its question mark."""
    try:
        address = urlsplit(url)
        said = dict(parse_qsl(address.query, keep_blank_values=True, strict_parsing=bool(address.query)))
    except ValueError:
        raise InvalidAddress("it is not a URL") from None
    if address.scheme not in SCHEMES:
        raise InvalidAddress("it begins with neither file://, s3:// nor memory://")
    if unknown := sorted(said.keys() - {"name", *SCHEMES[address.scheme]}):
        known = ", ".join(("name", *SCHEMES[address.scheme]))
        raise InvalidAddress(f"{unknown[0]!r} is nothing that {address.scheme}:// takes ({known})")
    if address.fragment:
        raise InvalidAddress("a # is written %23")
    check_name(said.get("name", address.scheme))
    {"file": check_folder, "s3": check_bucket, "memory": check_memory}[address.scheme](address, said)
    return address, said


def check_name(name: str) -> None:
    """A store's name goes into rows and links."""
    if not (name.isascii() and name.replace("-", "").isalnum() and name == name.lower() and len(name) <= NAME_MOST):
        raise InvalidAddress("a name has small letters, digits and dashes, 40 at most")


def check_folder(address: SplitResult, _: Mapping[str, str]) -> None:
    """A folder is absolute, and not the root of the machine."""
    path = unquote(address.path)
    if address.netloc:
        raise InvalidAddress("a folder is written with three slashes: file:///folder")
    if not path.strip("/") or "\0" in path or ".." in Path(path).parts:
        raise InvalidAddress("it names no folder below /")


def check_bucket(address: SplitResult, said: Mapping[str, str]) -> None:
    """A bucket has a name; endpoints are addresses of the web."""
    # Buckets may have capitals on old servers, and `hostname` has none.
    if not address.hostname or address.netloc.rpartition("@")[2] != address.hostname:
        raise InvalidAddress(
            "the name of the bucket is missing or has capitals or a port: s3://bucket/prefix?endpoint=…"
        )
    if bool(address.username) != bool(address.password):
        raise InvalidAddress("an access key has two parts: s3://key:secret@bucket")
    for name in ("endpoint", "public"):
        if name in said and not is_endpoint(said[name]):
            raise InvalidAddress(f"{name}= is not an address such as https://s3.example.org")
    if "public" in said and "endpoint" not in said:
        raise InvalidAddress("public= needs endpoint=")
    if said.get("addressing", "auto") not in ("auto", "path", "virtual"):
        raise InvalidAddress("addressing= is path, virtual or auto")


def check_memory(address: SplitResult, _: Mapping[str, str]) -> None:
    """Memory has no place."""
    if address.netloc or address.path:
        raise InvalidAddress("memory:// is followed by nothing")


def is_endpoint(text: str) -> bool:
    """Whether a text is a scheme, a host and perhaps a port."""
    try:
        url = urlsplit(text)
        return (
            url.scheme in ("http", "https")
            and bool(url.hostname)
            and (url.port is None or url.port > 0)
            and (url.path in ("", "/") and not url.query and not url.username)
        )
    except ValueError:
        return False
