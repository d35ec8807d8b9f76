"""Making ready what the server stands on: folders, the key ring, the newest shape of the database."""

from pathlib import Path

from sqlalchemy.engine import make_url

import storage.database.migrating
from auth.keys import KeyRing, kept_at
from server.settings import Settings
from server.variables import ROOT
from storage.database.drafting import newest_revision
from storage.files.opening import folder_of

OWN_FOLDER = ROOT / "var"
"""What is in here, Casegraph makes by itself; elsewhere somebody decided what should be there."""


class NotPrepared(Exception):
    """The server cannot start on what it finds; the message says how to mend it."""


async def prepare(settings: Settings) -> KeyRing:
    """Make folders and keys under `var/`, and bring the database to the newest shape where that is ours to do.

    A server on PostgreSQL that connects as the application's role alone never migrates: several may start at once,
    and the owner's password is not theirs to hold.
    """
    for folder in folders(settings):
        make_folder(folder)
    ring = kept_at(settings.keys) if settings.keys.is_relative_to(OWN_FOLDER) else KeyRing.read(settings.keys)
    if may_migrate(settings):
        await migrate(settings)
    elif (found := await storage.database.migrating.current_revision(settings.database)) != newest_revision():
        raise NotPrepared(
            f"The database {settings.database_shown} stands at {found or 'nothing'}, this server needs "
            f"{newest_revision()}: run `./casegraph migrate` with CASEGRAPH_DATABASE_OWNER set."
        )
    return ring


async def migrate(settings: Settings) -> None:
    """Bring the database to the newest shape, as its owner, and let the application's role use it."""
    application, owner = make_url(settings.database), make_url(settings.database_owner)
    role = application.username if application.username != owner.username else None
    await storage.database.migrating.migrate(settings.database_owner, role)


def may_migrate(settings: Settings) -> bool:
    """Whether the server brings the database to the newest shape by itself when it starts."""
    return settings.database.startswith("sqlite:") or settings.database_owner != settings.database


def folders(settings: Settings) -> list[Path]:
    """The folders that must exist before the server starts."""
    database = make_url(settings.database)
    found = [settings.anchor.parent, settings.outbox]
    if database.get_backend_name() == "sqlite":
        found.append(Path(database.database or "").parent)
    stores = (folder_of(url) for url in (settings.files, *settings.files_also))
    found += [folder for folder in stores if folder is not None]
    return found


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner can enter, unless it is there."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise NotPrepared(f"The folder {folder} cannot be made: {error.strerror}.") from None
