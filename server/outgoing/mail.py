"""Letters by e-mail: for now each becomes an .eml file in a folder, for somebody or something else to send.

A letter may hold the secret of a link, so the folder and the files are its owner's alone.
"""

import asyncio
import os
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTPUTF8
from email.utils import format_datetime
from pathlib import Path
from uuid import UUID

from auth.keys import sync_folder
from domain.letters import Letter


class Outbox:
    """A folder of letters."""

    def __init__(self, folder: Path, sender: str) -> None:
        self.folder = folder
        self._sender = sender

    async def carry(self, letter: Letter, id: UUID) -> None:
        """Put a letter into the folder, whole or not at all; sent again under its id, it replaces the first."""
        await asyncio.to_thread(self._put, letter, id)

    def _put(self, letter: Letter, id: UUID) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self.folder / f".{id.hex}"
        beside.unlink(missing_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(self._message(letter, id).as_bytes())
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / f"{id.hex}.eml")
        sync_folder(self.folder)

    def _message(self, letter: Letter, id: UUID) -> EmailMessage:
        message = EmailMessage(policy=SMTPUTF8)
        message["From"] = self._sender
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{id.hex}@{self._sender.rpartition('@')[2]}>"
        # Answering machines leave such letters alone (RFC 3834).
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(letter.text)
        return message
