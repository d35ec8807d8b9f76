"""Letters in a folder: whole, their owner's alone, once under their id, and in the form that mail programs read."""

import asyncio
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from domain.identity import new_id
from domain.letters import Letter
from server.assembling import post_of
from server.outgoing.mail import Outbox
from server.settings import Settings

LETTER = Letter("ama@example.org", "Grüße aus Québec", "Zażółć gęślą jaźń\n\nhttps://app.example.org/x#secret\n")


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox", "casegraph@app.example.org")


async def test_a_letter_reads_as_it_was_written(outbox: Outbox) -> None:
    await outbox.carry(LETTER, new_id())

    (file,) = outbox.folder.iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert (message["To"], message["From"]) == ("ama@example.org", "casegraph@app.example.org")
    assert message["Subject"] == LETTER.subject
    assert message.get_content().replace("\r\n", "\n") == LETTER.text
    assert message["Message-ID"] == f"<{file.stem}@app.example.org>"
    assert file.suffix == ".eml"


async def test_only_its_owner_can_read_a_letter(outbox: Outbox) -> None:
    await outbox.carry(LETTER, new_id())

    (file,) = outbox.folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(outbox.folder.stat().st_mode) == 0o700


async def test_a_letter_sent_again_is_the_same_letter(outbox: Outbox) -> None:
    id = new_id()
    await outbox.carry(LETTER, id)
    await outbox.carry(Letter(LETTER.to, "Newer", "newer\n"), id)

    (file,) = outbox.folder.iterdir()
    assert message_from_bytes(file.read_bytes(), policy=default)["Subject"] == "Newer"


async def test_what_a_crash_left_half_written_is_no_letter_and_in_nobodys_way(outbox: Outbox) -> None:
    id = new_id()
    outbox.folder.mkdir(mode=0o700)
    (outbox.folder / f".{id.hex}").write_text("half")

    await outbox.carry(LETTER, id)

    assert [file.name for file in outbox.folder.iterdir()] == [f"{id.hex}.eml"]


async def test_many_letters_at_one_time_all_arrive(outbox: Outbox) -> None:
    await asyncio.gather(*(outbox.carry(LETTER, new_id()) for _ in range(20)))

    assert len(list(outbox.folder.glob("*.eml"))) == 20


async def test_no_line_of_a_letter_becomes_a_header(outbox: Outbox) -> None:
    with pytest.raises(ValueError, match="linefeed"):
        await outbox.carry(Letter("ama@example.org", "Hello\r\nBcc: eve@example.org", "text"), new_id())

    assert not outbox.folder.exists() or not list(outbox.folder.glob("*.eml"))


def test_a_letter_shows_nothing_of_itself_in_a_log() -> None:
    assert repr(LETTER) == "Letter(…)"


def test_links_lead_to_the_site_and_hide_their_secret_behind_a_hash() -> None:
    site = {"CASEGRAPH_SITE": "https://app.example.org"}
    post, own = post_of(Settings.read(site)), post_of(Settings.read({}))

    assert post.link("invitation", "s3cret") == "https://app.example.org/invitation#s3cret"
    assert own.link("invitation", "s3cret") == "http://localhost:8000/invitation#s3cret"
    assert Settings.read(site).sender == "casegraph@app.example.org"
