"""The GraphiQL page is whole, closed to other hosts, and sent to browsers only."""

import gzip
import hashlib
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import graphql
import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from server.graphiql.page import assets, page, wants_page

HERE = Path(__file__).parents[2] / "server" / "graphiql"
BUILT = HERE / "built"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def manifest() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((BUILT / "manifest.json").read_text("utf-8"))
    return found


def asset_names() -> list[str]:
    told = manifest()
    return [told["script"], told["style"], told["icons"], *told["workers"].values()]


def asked(method: str = "GET", accept: str | None = None) -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode())]
    return Request({"type": "http", "method": method, "path": "/graphql", "query_string": b"", "headers": headers})


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Starlette(routes=[Route("/graphql", page), assets]))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


async def test_the_page_names_no_other_host(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/graphql")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "//" not in answer.text


async def test_the_page_has_no_script_but_the_built_one(browser: httpx.AsyncClient) -> None:
    text = (await browser.get("/graphql")).text
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 1
    attributes, inside = scripts[0]
    assert f'src="/graphql/assets/{manifest()["script"]}"' in attributes
    assert inside == ""
    assert not re.search(r"\son\w+=|javascript:|<style|\sstyle=", text)


async def test_every_file_the_page_refers_to_is_served(browser: httpx.AsyncClient) -> None:
    text = (await browser.get("/graphql")).text
    for path in re.findall(r'(?:src|href)="(/[^"]*)"', text):
        assert (await browser.get(path)).status_code == 200, path


async def test_the_page_is_never_stored_and_its_nonce_never_used_twice(browser: httpx.AsyncClient) -> None:
    first, second = await browser.get("/graphql"), await browser.get("/graphql")
    nonces = [re.findall(r'nonce="([^"]+)"', answer.text) for answer in (first, second)]
    assert first.headers["cache-control"] == "no-store"
    assert len(nonces[0]) == len(nonces[1]) == 1
    assert nonces[0] != nonces[1]


async def test_the_policy_admits_this_host_alone(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/graphql")
    (nonce,) = re.findall(r'nonce="([^"]+)"', answer.text)
    assert answer.headers["content-security-policy"].split("; ") == [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self' ws://127.0.0.1:8000 wss://127.0.0.1:8000",
        f"style-src-elem 'self' 'nonce-{nonce}'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]


@pytest.mark.parametrize("host", ["evil.example; script-src *", "a b", "host:port", "[::1", "", "x\ty"])
async def test_a_strange_host_adds_nothing_to_the_policy(browser: httpx.AsyncClient, host: str) -> None:
    answer = await browser.get("/graphql", headers={"Host": host})
    assert "connect-src 'self'; style-src-elem" in answer.headers["content-security-policy"]


async def test_the_example_is_shown_as_it_is_written(browser: httpx.AsyncClient) -> None:
    text = (await browser.get("/graphql")).text
    example = (HERE / "example.graphql").read_text("utf-8")
    assert f'data-example="{example}"' in text
    assert graphql.parse(example)


@pytest.mark.parametrize("name", asset_names())
async def test_an_asset_is_kept_for_ever_under_the_digest_of_its_content(browser: httpx.AsyncClient, name: str) -> None:
    answer = await browser.get(f"/graphql/assets/{name}")
    expected = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".ttf": "font/ttf"}
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == expected[Path(name).suffix]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["vary"] == "Accept-Encoding"
    if not name.endswith(".ttf"):
        assert hashlib.sha256(answer.content).hexdigest()[:12] in name


@pytest.mark.parametrize("encodings", ["identity", "br", "gzip;q=0", "gzip;q=none", ""])
async def test_a_client_without_gzip_gets_the_file_unpacked(browser: httpx.AsyncClient, encodings: str) -> None:
    name = manifest()["style"]
    answer = await browser.get(f"/graphql/assets/{name}", headers={"Accept-Encoding": encodings})
    assert "content-encoding" not in answer.headers
    assert answer.content == gzip.decompress((BUILT / f"{name}.gz").read_bytes())


@pytest.mark.parametrize("name", ["manifest.json", "LICENSES.txt", "absent.js", "%2e%2e%2fpage.py", "..%5cpage.py"])
async def test_nothing_but_the_built_files_is_served(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/graphql/assets/{name}")).status_code == 404


def test_the_folder_holds_the_built_files_and_no_other() -> None:
    expected = {f"{name}.gz" for name in asset_names()} | {"manifest.json", "LICENSES.txt"}
    assert {path.name for path in BUILT.iterdir()} == expected


def test_the_built_files_load_nothing_from_elsewhere() -> None:
    # Addresses in messages and links stay; what would be fetched by itself may not.
    fetching = re.compile(rb"""(?:url\(|import\(|importScripts\(|@import)\s*["']?(?:https?:)?//""")
    for path in BUILT.glob("*.gz"):
        assert not fetching.search(gzip.decompress(path.read_bytes())), path.name


def test_the_recipe_names_no_host() -> None:
    assert "://" not in (HERE / "recipe" / "package-lock.json").read_text("utf-8")


@pytest.mark.parametrize("accept", [BROWSER, "text/html", "TEXT/HTML", "text/html, application/json;q=0.9"])
def test_a_browser_that_opens_the_address_gets_the_page(accept: str) -> None:
    assert wants_page(asked(accept=accept))
    assert wants_page(asked("HEAD", accept))


@pytest.mark.parametrize(
    "accept",
    [
        None,
        "",
        "*/*",
        "application/json",
        "application/graphql-response+json, application/json;q=0.9, */*;q=0.1",
        "application/json, text/html;q=0.5",
        "application/graphql-response+json, text/html",
        "text/html;q=0",
        "text/*",
        "text/html;q=rubbish",
    ],
)
def test_a_program_that_asks_the_graph_gets_no_page(accept: str | None) -> None:
    assert not wants_page(asked(accept=accept))


def test_a_post_is_never_answered_with_the_page() -> None:
    assert not wants_page(asked("POST", BROWSER))
