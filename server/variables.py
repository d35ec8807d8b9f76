"""The `CASEGRAPH_…` variables: what each sets, how its text is read, what is said when it is wrong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.files.opening import check_address

ROOT = Path(__file__).resolve().parents[1]
"""The checkout: where relative paths start, and where `var/` is."""
PREFIX = "CASEGRAPH_"
NAME = re.compile(r"[a-z0-9]([a-z0-9._-]*[a-z0-9])?")


class Choice(StrEnum):
    """A yes or no that may be left to Casegraph."""

    AUTO = "auto"
    YES = "yes"
    NO = "no"


class LogForm(StrEnum):
    """How a log line looks."""

    AUTO = "auto"
    JSON = "json"
    TEXT = "text"


class LogLevel(StrEnum):
    """The least weight of what is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class WorkerPlace(StrEnum):
    """Where jobs run: in the server's process, or in one of their own (`./casegraph worker`)."""

    INSIDE = "inside"
    BESIDE = "beside"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable: what it sets, how its text is read, and what is said about it."""

    name: str
    default: str
    read: Callable[[str], Any]
    expected: str
    example: str
    means: str
    may_be_shown: bool = True

    @property
    def setting(self) -> str:
        """The field of `Settings` that it sets."""
        return self.name.removeprefix(PREFIX).lower()

    def refused(self, value: str, why: str) -> str:
        """What is wrong with a value. A value that may hold a password is not repeated."""
        shown = f"is {value!r}" if self.may_be_shown else "cannot be used"
        return f"{shown}{f' ({why})' if why else ''}: expected {self.expected}. For example {self.name}={self.example}"


def a_database(text: str) -> str:
    """`sqlite:///path` or `postgresql://…`, without a driver's name, with an absolute path."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise ValueError("not a URL") from None
    match url.get_backend_name():
        case "sqlite" if url.database and url.database != ":memory:" and not url.host:
            return str(url.set(drivername="sqlite", database=str(ROOT / Path(url.database).expanduser())))
        case "postgresql" if url.database:
            return url.set(drivername="postgresql").render_as_string(hide_password=False)
        case "postgresql":
            raise ValueError("the database's name is missing")
    raise ValueError("neither a file of SQLite nor a PostgreSQL")


def maybe_a_database(text: str) -> str | None:
    """A database, or none."""
    return a_database(text) if text else None


def a_file_store(text: str) -> str:
    """`file:///folder` or `s3://bucket/prefix?endpoint=…`; not memory, which is gone with the process."""
    url = check_address(text.strip())  # what it raises is a ValueError, and says what is wrong
    if url.startswith("memory:"):
        raise ValueError("what is kept in memory is gone when the server stops")
    return url


def file_stores(text: str) -> tuple[str, ...]:
    """Several stores with blanks between."""
    return tuple(a_file_store(part) for part in text.split())


def maybe_an_origin(text: str) -> str | None:
    """An origin, or none."""
    return an_origin(text) if text.strip() else None


def maybe_an_internal_path(text: str) -> str | None:
    """The path of an internal location of nginx, or none."""
    if text and not re.fullmatch(r"/[A-Za-z0-9_/-]+", text):
        raise ValueError("not a path")
    return text.rstrip("/") or None


def maybe_a_scanner(text: str) -> str | None:
    """The address of clamd, or none."""
    url = urlsplit(text.strip())
    if text.strip() and not ((url.scheme == "tcp" and url.hostname) or (url.scheme == "unix" and url.path)):
        raise ValueError("neither tcp:// nor unix://")
    return text.strip() or None


def a_path(text: str) -> Path:
    """A path, starting at the checkout when relative."""
    return ROOT / Path(text).expanduser()


def maybe_a_path(text: str) -> Path | None:
    """A path, or none."""
    return a_path(text) if text.strip() else None


def a_site(text: str) -> str:
    """An origin, or none."""
    return an_origin(text) if text else ""


def a_host(text: str) -> str:
    """A name or an address, without a port, in small letters; IPv6 without brackets."""
    host = text.strip().lower()
    if NAME.fullmatch(host):
        return host
    try:
        return str(ip_address(host.removeprefix("[").removesuffix("]")))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is not a name or an address alone") from None


def an_origin(text: str) -> str:
    """What a browser sends as `Origin`: scheme, host and port, and no path."""
    url = urlsplit(text.strip().lower())
    if url.scheme not in ("http", "https") or not url.hostname or url.geturl() != f"{url.scheme}://{url.netloc}":
        raise ValueError(f"{text.strip()!r} is not an origin")
    if url.username is not None or (url.port is not None and url.port == {"http": 80, "https": 443}[url.scheme]):
        raise ValueError(f"a browser does not write it as {text.strip()!r}")
    return url.geturl()


def a_network(text: str) -> str:
    """An address, or a network such as 10.0.0.0/8."""
    return str(ip_network(text.strip()))


def several(one: Callable[[str], str]) -> Callable[[str], tuple[str, ...]]:
    """Reads a list with commas."""

    def read(text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one(part) for part in text.split(",") if part.strip()))

    return read


def within(kind: Callable[[str], float], least: float, most: float) -> Callable[[str], float]:
    """Reads a number of a range."""

    def read(text: str) -> float:
        try:
            number = kind(text)
        except ValueError:
            raise ValueError("") from None
        if not least <= number <= most:
            raise ValueError("")
        return number

    return read


def one_of(choices: type[StrEnum]) -> Callable[[str], StrEnum]:
    """Reads one of a few words."""

    def read(text: str) -> StrEnum:
        try:
            return choices(text.strip().lower())
        except ValueError:
            raise ValueError("") from None

    return read


A_CHOICE = "auto, yes or no"
VARIABLES = (
    Variable(
        "CASEGRAPH_DATABASE", "sqlite:///var/casegraph.sqlite", a_database,
        "sqlite:///path or postgresql://user:password@host/name", "postgresql://casegraph_app:…@db.example.org/casegraph",
        "the database, as the application's role", may_be_shown=False,
    ),
    Variable(
        "CASEGRAPH_DATABASE_OWNER", "", maybe_a_database,
        "the URL of CASEGRAPH_DATABASE, with the role that owns the tables", "postgresql://casegraph_owner:…@db.example.org/casegraph",
        "the same database, as the role that runs migrations (left out: CASEGRAPH_DATABASE)", may_be_shown=False,
    ),
    Variable(
        "CASEGRAPH_FILES", (ROOT / "var/files").as_uri(), a_file_store,
        "file:///folder or s3://bucket/prefix?endpoint=…", "file:///var/lib/casegraph/files",
        "where documents are kept", may_be_shown=False,
    ),
    Variable(
        "CASEGRAPH_FILES_ALSO", "", file_stores, "stores with blanks between", "s3://clinic-files?name=old",
        "where documents were kept before, until `./casegraph files move` has moved them all", may_be_shown=False,
    ),
    Variable(
        "CASEGRAPH_FILES_ORIGIN", "", maybe_an_origin, "an origin of this server's", "https://files.example.org",
        "another name of this server that documents come from, so that nothing in one can reach a session",
    ),
    Variable(
        "CASEGRAPH_FILES_ACCELERATED", "", maybe_an_internal_path, "a path", "/internal-files",
        "the internal location of an nginx in front, over the folder of CASEGRAPH_FILES: it sends the bytes then",
    ),
    Variable(
        "CASEGRAPH_SCANNER", "", maybe_a_scanner, "tcp://host:port or unix:///path", "unix:///run/clamav/clamd.ctl",
        "the clamd that looks through every document before anybody can read it (left out: nothing does)",
    ),
    Variable(
        "CASEGRAPH_KEYS", "var/keys", a_path, "the path of the key ring", "/etc/casegraph/keys",
        "the file of named keys; only its owner may read it",
    ),
    Variable(
        "CASEGRAPH_ANCHOR", "var/audit-anchor", a_path, "the path of a file", "/mnt/elsewhere/casegraph-anchor",
        "where the heads of the audit chains are noted, best on another disk",
    ),
    Variable(
        "CASEGRAPH_OUTBOX", "var/outbox", a_path, "the path of a folder", "/var/spool/casegraph",
        "where letters are put, an .eml file each; a link in a letter is a secret",
    ),
    Variable(
        "CASEGRAPH_SITE", "", a_site, "an origin", "https://app.example.org",
        "the beginning of links in letters, where people's pages are (left out: this server)",
    ),
    Variable(
        "CASEGRAPH_HOST", "127.0.0.1", a_host, "the address to listen on, without a port", "127.0.0.1",
        "the address to listen on",
    ),
    Variable(
        "CASEGRAPH_PORT", "8000", within(int, 0, 65535), "a whole number up to 65535", "8000",
        "the port to listen on; 0 for any free one",
    ),
    Variable(
        "CASEGRAPH_ALLOWED_HOSTS", "", several(a_host), "names without ports, with commas", "clinic.example.org",
        "the names people reach the server by; a request for another is refused",
    ),
    Variable(
        "CASEGRAPH_ALLOWED_ORIGINS", "", several(an_origin), "origins with commas between", "https://app.example.org",
        "the other web pages that may call with a session's cookie",
    ),
    Variable(
        "CASEGRAPH_TRUSTED_PROXIES", "", several(a_network), "addresses or networks with commas between", "10.0.0.0/8",
        "the proxies whose word is taken for a caller's address and for https",
    ),
    Variable(
        "CASEGRAPH_GRAPHIQL", "auto", one_of(Choice), A_CHOICE, "yes",
        "whether a browser finds GraphiQL at /graphql (auto: only when this machine alone can reach it)",
    ),
    Variable(
        "CASEGRAPH_AUTOMATIC_DOCUMENTS", "yes", one_of(Choice), A_CHOICE, "no",
        "whether callers may have their documents remembered by hash (Apollo's automatic persisted queries)",
    ),
    Variable(
        "CASEGRAPH_ALLOWED_DOCUMENTS", "", maybe_a_path, "the path of a list of documents", "/etc/casegraph/list.json",
        "Apollo's manifest or Relay's list: with it only these documents run (left out: any)",
    ),
    Variable(
        "CASEGRAPH_DEMO", "auto", one_of(Choice), A_CHOICE, "yes",
        "whether an empty database is filled with a demo practice (auto: only when this machine alone can reach it)",
    ),
    Variable(
        "CASEGRAPH_SECURE_COOKIES", "auto", one_of(Choice), A_CHOICE, "yes",
        "whether session cookies are Secure; `no` is for a browser that drops them on http://127.0.0.1, as Safari does",
    ),
    Variable(
        "CASEGRAPH_OPERATION_SECONDS", "30", within(float, 0.1, 600), "seconds from 0.1 to 600", "30",
        "the longest an operation may take",
    ),
    Variable(
        "CASEGRAPH_BODY_BYTES", "1048576", within(int, 1024, 1 << 26), "bytes from 1024 to 67108864", "1048576",
        "the largest request that is read",
    ),
    Variable(
        "CASEGRAPH_LOG", "auto", one_of(LogForm), "auto, json or text", "json",
        "the form of the log (auto: text when this machine alone can reach the server)",
    ),
    Variable(
        "CASEGRAPH_LOG_LEVEL", "info", one_of(LogLevel), "debug, info, warning or error", "info",
        "the least weight of what is logged",
    ),
    Variable(
        "CASEGRAPH_WORKER", "inside", one_of(WorkerPlace), "inside or beside", "beside",
        "whether jobs run inside the server or beside it, by `./casegraph worker`",
    ),
)  # fmt: skip
"""Every variable there is, in the order they are explained."""
