"""The npm package graphql-http judges a real server."""

import asyncio
import shutil

import pytest

from tests.conftest import LACKING
from tests.server.serving import served
from tests.servers.graphql_http_audit import judge


@pytest.mark.proof
@pytest.mark.skipif(not shutil.which("npm") or not shutil.which("node"), reason=f"{LACKING}node and npm")
async def test_all_sixty_one_audits_of_graphql_http_are_ok() -> None:
    async with served() as server:
        verdict = await asyncio.to_thread(judge, server.url)
    assert verdict == {"count": {"ok": 61, "warn": 0, "error": 0}, "notOk": []}
