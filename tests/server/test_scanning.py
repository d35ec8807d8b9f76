"""Files are looked through before anybody can read them, where somebody is there to do it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from resolvers.uploads.scanning import ScannerUnwell
from server.outgoing.scanning import Clamd
from storage.files.interface import Area
from tests import filing, papers
from tests import filing_documents as documents
from tests.conftest import LACKING
from tests.makers import PracticeUnderTest
from tests.servers import clamd


async def chunks(*content: bytes) -> AsyncIterator[bytes]:
    for each in content:
        yield each


async def test_a_scanner_names_what_is_harmful() -> None:
    async with clamd.stand_in() as address:
        scanner = Clamd(address)

        assert (await scanner.scan(chunks(b"a", b"b"))).harmful is None
        assert (await scanner.scan(chunks(clamd.HARMFUL[:20], clamd.HARMFUL[20:]))).harmful == "Eicar"
        assert (await scanner.scan(chunks())).harmful is None


async def test_what_was_not_looked_at_whole_counts_as_not_looked_at() -> None:
    async with clamd.stand_in(most=10) as address:
        with pytest.raises(ScannerUnwell):
            await Clamd(address).scan(chunks(bytes(1 << 20), bytes(1 << 20)))
    with pytest.raises(ScannerUnwell):
        await Clamd(address).scan(chunks(b"a"))


async def test_a_harmful_file_is_refused_and_removed(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    async with clamd.stand_in() as address:
        practice.casegraph.scanner = Clamd(address)
        try:
            harmful = await documents.sent(practice, owner, client, clamd.HARMFUL, mediaType="text/plain")
            harmless = await documents.sent(practice, owner, client, papers.PDF)
        finally:
            practice.casegraph.scanner = None

    assert (harmful["state"], harmful["refusal"], harmful["document"]) == ("REFUSED", "INFECTED", None)
    assert harmless["state"] == "AVAILABLE"
    assert await documents.kept(practice) == {Area.FINAL: 1}


async def test_a_file_waits_while_the_scanner_is_away(practice: PracticeUnderTest) -> None:
    owner, client = await practice.member(), await filing.client(practice)
    practice.casegraph.scanner = Clamd("tcp://127.0.0.1:9")
    try:
        ended = await documents.sent(practice, owner, client, papers.PDF)
    finally:
        practice.casegraph.scanner = None

    assert (ended["state"], ended["document"]) == ("CHECKING", None)


@pytest.mark.proof
@pytest.mark.skipif(not clamd.is_here(), reason=f"{LACKING}clamd (ClamAV), so its own daemon was not asked")
async def test_the_real_daemon_says_the_same(tmp_path: Path) -> None:
    with clamd.served(tmp_path) as address:
        scanner = Clamd(address)
        assert (await scanner.scan(chunks(b"harmless"))).harmful is None
        assert (await scanner.scan(chunks(clamd.HARMFUL))).harmful == "Test.Eicar.UNOFFICIAL"
