"""Listening: a server as `./casegraph serve` runs it, in a process of its own."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection

import httpx
import pytest

from server.assembling import edge_of
from server.listening import CannotListen, listen, shown
from server.settings import Settings
from server.variables import ROOT

SERVING = """
import signal, sys
from server.assembling import edge_of
from server.app import assemble
from server.listening import Server, listen, shown
from server.settings import Settings
from tests.server.casefile import CaseFile, opened
from tests.server.graph import schema

settings = Settings.read({"CASEGRAPH_PORT": "0", "CASEGRAPH_TRUSTED_PROXIES": "127.0.0.1"})
bound = listen(settings.host, settings.port)
app, edge = assemble(schema, lambda: opened(CaseFile()), edge_of(settings)), edge_of(settings)
say = lambda: print(shown(settings.host, bound.getsockname()[1]), flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
Server(app, edge, settings, say).run(sockets=[bound])
"""


@contextmanager
def serving() -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    process = subprocess.Popen([sys.executable, "-c", SERVING], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process
    finally:
        process.kill()
        process.communicate()


def test_the_server_answers_as_soon_as_it_says_so_and_ends_in_order_on_sigterm() -> None:
    with serving() as (address, process):
        answer = httpx.get(f"{address}/healthz")
        assert answer.status_code == 200
        assert "server" not in answer.headers
        process.send_signal(signal.SIGTERM)
        assert process.wait(15) == 0


@pytest.mark.proof
def test_a_connection_may_be_idle_as_long_as_a_proxy_keeps_it() -> None:
    with serving() as (address, _), closing(HTTPConnection(address.removeprefix("http://"), timeout=10)) as proxy:
        proxy.connect()
        proxy.auto_open = 0  # once it is closed, the next request fails
        for idle_seconds in (0, 61):
            time.sleep(idle_seconds)
            proxy.request("GET", "/healthz")
            answer = proxy.getresponse()
            assert (answer.status, answer.read() != b"") == (200, True)


def test_a_host_that_was_not_allowed_is_refused() -> None:
    with serving() as (address, _):
        assert httpx.get(f"{address}/graphql", headers={"host": "evil.example.org"}).status_code == 421


def test_an_address_that_is_not_ours_is_refused_in_words() -> None:
    with pytest.raises(CannotListen, match=r"cannot listen on http://192\.0\.2\.1:8123"):
        listen("192.0.2.1", 8123)


@pytest.mark.parametrize(("host", "address"), [("127.0.0.1", "http://127.0.0.1:1"), ("::1", "http://[::1]:1")])
def test_an_address_is_shown_as_a_browser_takes_it(host: str, address: str) -> None:
    assert shown(host, 1) == address


def test_the_edge_is_as_the_settings_have_it() -> None:
    edge = edge_of(
        Settings.read(
            {
                "CASEGRAPH_ALLOWED_HOSTS": "clinic.example.org",
                "CASEGRAPH_ALLOWED_ORIGINS": "https://app.example.org",
                "CASEGRAPH_BODY_BYTES": "4096",
                "CASEGRAPH_OPERATION_SECONDS": "7",
            }
        )
    )
    assert (edge.hosts, edge.origins) == ({"clinic.example.org"}, {"https://app.example.org"})
    assert (edge.cookie, edge.body_bytes, edge.deadline_seconds) == ("__Host-casegraph", 4096, 7.0)


def test_a_cookie_without_secure_has_no_host_prefix() -> None:
    assert edge_of(Settings.read({"CASEGRAPH_SECURE_COOKIES": "no"})).cookie == "casegraph"
