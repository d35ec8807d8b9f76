"""`casegraph doctor`: what stands in the way of a healthy server, by name."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import typer
from sqlalchemy.engine import make_url

import server.preparing
import storage.database.migrating
from auth.keys import KeyRing
from server.settings import Settings
from server.variables import ROOT
from storage.database.drafting import newest_revision
from storage.files.opening import folder_of, open_store, shown

LEAST_FREE_BYTES = 1 << 30
PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[.*\])?==([^ ;]+)", re.MULTILINE)


class Unwell(Exception):
    """A check failed; the message says how to mend it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One named thing that must be well."""

    name: str
    look: Callable[[Settings], str]
    """Says what was found; raises when it is not well."""


def doctor() -> None:
    """Look at everything the server stands on, and name what is not well."""
    settings = Settings.of_environment()
    outcomes = [examine(check, settings) for check in CHECKS]
    raise typer.Exit(0 if all(outcomes) else 1)


def examine(check: Check, settings: Settings) -> bool:
    """Look, and say what was found."""
    try:
        says = check.look(settings)
    except Exception as error:  # a check that breaks has found something
        typer.echo(f"NOT WELL  {check.name}: {str(error) or type(error).__name__}")
        return False
    typer.echo(f"well      {check.name}: {says}")
    return True


def packages(_: Settings) -> str:
    """The packages that this runs on, against those it was tested with."""
    pinned = PINNED.findall((ROOT / "requirements/app.txt").read_text(encoding="utf-8"))
    others = [name for name, wanted in pinned if installed(name) != wanted]
    if others:
        raise Unwell(f"not the pinned version: {', '.join(others)}. `make serve` installs what is pinned")
    return f"Python {sys.version.split()[0]} and {len(pinned)} packages as pinned"


def installed(name: str) -> str | None:
    """The version of an installed package."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def keys(settings: Settings) -> str:
    """The key ring."""
    ring = KeyRing.read(settings.keys)
    return f"{len(ring.keys)} in {settings.keys}, the newest is {ring.keys[0].name}"


def database(settings: Settings) -> str:
    """The database, as the application's role."""
    url = make_url(settings.database)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise Unwell(f"{settings.database_shown} does not exist yet: run `./casegraph migrate`")
    found = asyncio.run(storage.database.migrating.current_revision(settings.database))
    if found != newest_revision():
        raise Unwell(f"it stands at {found or 'nothing'}, not at {newest_revision()}: run `./casegraph migrate`")
    return f"{settings.database_shown} stands at {found}"


def files(settings: Settings) -> str:
    """Where documents are kept, by storing one."""
    return asyncio.run(check_files(settings))


async def check_files(settings: Settings) -> str:
    """Ask the store itself; browsers on the pages that may call us must be able to use its links."""
    return ". ".join([await check_store(url, settings) for url in (settings.files, *settings.files_also)])


async def check_store(url: str, settings: Settings) -> str:
    """Ask one store."""
    folder = folder_of(url)
    if folder is not None and not folder.is_dir():
        raise Unwell(f"{folder} does not exist yet: run `./casegraph serve`, or make it")
    store = open_store(url)
    try:
        return f"{shown(url)}: {await store.check(origins=settings.allowed_origins)}"
    finally:
        await store.close()


def scanner(settings: Settings) -> str:
    """The scanner of documents, by having it look at a harmless one."""
    if settings.scanner is None:
        return "none: documents are filed without being looked through (CASEGRAPH_SCANNER)"
    from server.outgoing.scanning import Clamd

    async def nothing() -> AsyncIterator[bytes]:
        yield b"nothing harmful"

    verdict = asyncio.run(Clamd(settings.scanner, answer_seconds=10).scan(nothing()))
    if verdict.harmful:
        raise Unwell(f"it calls two plain words {verdict.harmful}")
    return f"clamd at {settings.scanner} looks through files"


def writable_folders(settings: Settings) -> str:
    """The folders that the server writes to."""
    for folder in server.preparing.folders(settings):
        if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
            raise Unwell(f"{folder} is not a folder that this user can write to: make it, or give it to this user")
    return ", ".join(map(str, dict.fromkeys(server.preparing.folders(settings))))


def space(settings: Settings) -> str:
    """Room on the disks that the server writes to."""
    least = min((shutil.disk_usage(nearest(folder)).free, folder) for folder in server.preparing.folders(settings))
    if least[0] < LEAST_FREE_BYTES:
        raise Unwell(f"only {least[0] >> 20} MiB are free for {least[1]}")
    return f"{least[0] >> 30} GiB free"


def exposure(settings: Settings) -> str:
    """What people beyond this machine can reach."""
    shown = [name for name, is_on in (("demo data", settings.demo), ("GraphiQL", settings.graphiql)) if is_on]
    if settings.is_loopback:
        return "this machine alone reaches the server"
    names = ", ".join(settings.allowed_hosts)
    return f"reached as {names}, with {' and '.join(shown) or 'neither demo data nor GraphiQL'}"


def nearest(folder: Path) -> Path:
    """The folder, or the nearest above it that exists."""
    return next(one for one in (folder, *folder.parents) if one.exists())


CHECKS = (
    Check("packages", packages),
    Check("folders", writable_folders),
    Check("space", space),
    Check("keys", keys),
    Check("database", database),
    Check("files", files),
    Check("scanner", scanner),
    Check("exposure", exposure),
)
