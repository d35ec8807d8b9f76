"""What can be set from outside: one frozen `Settings`, read once from `CASEGRAPH_…` variables.

This is the only module that reads the environment. A wrong value is refused at start with its variable, what was
expected and how to mend it; all mistakes are reported together.
"""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url

from server.variables import PREFIX, VARIABLES, Choice, LogForm, LogLevel, WorkerPlace
from storage.files.opening import name_of

OF_THE_TESTS = f"{PREFIX}TEST_"
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that is decided outside the code."""

    database: str = field(repr=False)
    database_owner: str = field(repr=False)
    files: str = field(repr=False)
    files_also: tuple[str, ...] = field(repr=False)
    files_origin: str | None
    files_accelerated: str | None
    scanner: str | None
    keys: Path
    anchor: Path
    outbox: Path
    site: str
    host: str
    port: int
    allowed_hosts: tuple[str, ...]
    allowed_origins: tuple[str, ...]
    trusted_proxies: tuple[str, ...]
    graphiql: bool
    automatic_documents: bool
    allowed_documents: Path | None
    demo: bool
    secure_cookies: bool
    operation_seconds: float
    body_bytes: int
    log: LogForm
    log_level: LogLevel
    worker: WorkerPlace

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that a mapping of variables says; `SettingsRefused` with every mistake in it."""
        mistakes = list(unknown_variables(environment))
        values: dict[str, Any] = {}
        for variable in VARIABLES:
            try:
                values[variable.setting] = variable.read(environment.get(variable.name) or variable.default)
            except ValueError as error:
                mistakes.append(Mistake(variable.name, variable.refused(environment[variable.name], str(error))))
        wrong = {mistake.variable for mistake in mistakes}
        mistakes += (mistake for mistake in decide(values) if mistake.variable not in wrong)
        if mistakes:
            raise SettingsRefused(tuple(mistakes))
        return cls(**values)

    @classmethod
    def of_environment(cls) -> "Settings":
        """The settings of this process."""
        return cls.read(os.environ)

    @property
    def database_shown(self) -> str:
        """The database's URL without its password."""
        return make_url(self.database).render_as_string(hide_password=True)

    @property
    def sender(self) -> str:
        """The address that letters come from."""
        return f"casegraph@{urlsplit(self.site).hostname}"

    @property
    def is_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host) and all(map(is_loopback, self.allowed_hosts))


@dataclass(frozen=True, slots=True)
class Mistake:
    """One variable that cannot be used, and how to mend it."""

    variable: str
    says: str

    def __str__(self) -> str:
        return f"{self.variable} {self.says}"


class SettingsRefused(Exception):
    """Some variables cannot be used."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        super().__init__("Casegraph cannot start with these settings:\n" + "\n".join(f"- {one}" for one in mistakes))
        self.mistakes = mistakes


def unknown_variables(environment: Mapping[str, str]) -> Iterator[Mistake]:
    """A misspelt variable would be silently without effect."""
    known = [variable.name for variable in VARIABLES]
    for name in environment:
        if name.startswith(PREFIX) and not name.startswith(OF_THE_TESTS) and name not in known:
            near = difflib.get_close_matches(name.upper(), known, 1, 0.75)
            yield Mistake(name, f"is not a setting of Casegraph. {f'Is it {near[0]}?' if near else 'Remove it.'}")


def decide(values: dict[str, Any]) -> Iterator[Mistake]:
    """Fill in what is left to Casegraph, and find what does not go together. A value that was refused is absent."""
    host = values.get("host", LOOPBACK_NAMES[1])
    hosts = values.setdefault("allowed_hosts", ())
    if not hosts and is_loopback(host):
        values["allowed_hosts"] = hosts = LOOPBACK_NAMES
    elif not hosts:
        says = f"is needed when CASEGRAPH_HOST is {host!r}: the names people reach the server by"
        yield Mistake("CASEGRAPH_ALLOWED_HOSTS", f"{says}. For example CASEGRAPH_ALLOWED_HOSTS=clinic.example.org")
    values["site"] = values.get("site") or f"http://{hosts[0] if hosts else host}:{values.get('port', 0)}"
    alone = is_loopback(host) and all(map(is_loopback, hosts))
    for setting in ("graphiql", "demo"):
        values[setting] = alone if values.get(setting) is Choice.AUTO else values.get(setting) is Choice.YES
    values["automatic_documents"] = values.get("automatic_documents") is not Choice.NO
    if origin := values.get("files_origin"):
        values["allowed_hosts"] = (*hosts, urlsplit(origin).hostname or "")
    if values.get("secure_cookies") is Choice.NO and not alone:
        says = "is 'no', but the server is reached beyond this machine: sessions could be read on the way"
        yield Mistake("CASEGRAPH_SECURE_COOKIES", f"{says}. Leave it out, and serve over https")
    values["secure_cookies"] = values.get("secure_cookies") is not Choice.NO
    if values.get("log") is LogForm.AUTO:
        values["log"] = LogForm.TEXT if alone else LogForm.JSON
    yield from decide_owner(values)
    yield from decide_stores(values)


def decide_owner(values: dict[str, Any]) -> Iterator[Mistake]:
    """Migrations go to the same database as everything else, perhaps as another role."""
    database, owner = values.get("database"), values.get("database_owner")
    values["database_owner"] = owner or database
    if database and owner and where(owner) != where(database):
        says = "names another database than CASEGRAPH_DATABASE: it may differ in user and password only"
        yield Mistake("CASEGRAPH_DATABASE_OWNER", f"{says}. Leave it out, or mend its host, port and name")


def decide_stores(values: dict[str, Any]) -> Iterator[Mistake]:
    """Rows name their store, so no two may have one name."""
    urls = [url for url in (values.get("files"), *values.get("files_also", ())) if url]
    names = [name_of(url) for url in urls]
    if len(set(names)) < len(names):
        says = f"and CASEGRAPH_FILES name two stores {max(names, key=names.count)!r}: give one of them another name"
        yield Mistake("CASEGRAPH_FILES_ALSO", f"{says}, with ?name=… behind its URL")


def where(database: str) -> tuple[str | None, ...]:
    """What a database's URL says beside who connects."""
    url = make_url(database)
    return url.drivername, url.host, str(url.port or 5432), url.database


def is_loopback(host: str) -> bool:
    """Whether a name or address never leaves this machine."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
