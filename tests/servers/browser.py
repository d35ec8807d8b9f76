"""Opens GraphiQL in headless Chromium, signs in, runs an operation, reads the answer and takes a picture.

Speaks the DevTools protocol straight to Debian's `chromium` (`apt-get install chromium`). Beside the answer it reports
every console error, every violation of the page's content policy and every request that leaves the loopback.

By hand: python tests/servers/browser.py http://127.0.0.1:8000/graphql \\
    --email … --password … --query FILE --screenshot out.png
"""

import argparse
import asyncio
import base64
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--remote-debugging-port=0",
    "--window-size=1400,900",
    # Whatever tries to leave this machine finds no address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE ::1",
)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CONTROL = 2


class ChromiumMissing(Exception):
    """Debian's `chromium` is not installed on this machine."""


class PageFailed(Exception):
    """The page did not do what was asked of it in time."""


@dataclass
class Findings:
    """What a page must never do, as it was seen."""

    console_errors: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.console_errors or self.violations or self.foreign_requests)


class Tab:
    """One page of a running Chromium, with the workers it starts."""

    def __init__(self, connection: ClientConnection) -> None:
        self.findings = Findings()
        self._connection = connection
        self._answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._session = ""
        self._sent = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def begin(self) -> None:
        self._keep(self._listen())
        target = await self.send("Target.createTarget", session="", url="about:blank")
        attached = await self.send("Target.attachToTarget", session="", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        await self.send("Page.enable")
        await self._watch(self._session)

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def send(self, method: str, *, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Sends one DevTools command and returns its result; raises PageFailed when Chromium refuses it."""
        self._sent += 1
        number = self._sent
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        message: dict[str, Any] = {"id": number, "method": method, "params": parameters}
        if to := (self._session if session is None else session):
            message["sessionId"] = to
        await self._connection.send(json.dumps(message))
        async with asyncio.timeout(30):
            received = await answer
        if "error" in received:
            raise PageFailed(f"{method}: {received['error']['message']}")
        result: dict[str, Any] = received["result"]
        return result

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page; a promise is awaited."""
        answer = await self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise PageFailed(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    async def until(self, expression: str, *, seconds: float = 15) -> Any:
        """Waits until the expression is truthy and returns its value."""
        if value := await _patiently(lambda: self.evaluate(expression), seconds):
            return value
        raise PageFailed(f"waited {seconds:g} s in vain for {expression}; {self.findings}")

    async def press(self, key: str, code: str, number: int, *, modifiers: int = 0) -> None:
        about: dict[str, Any] = {"key": key, "code": code, "windowsVirtualKeyCode": number, "modifiers": modifiers}
        await self.send("Input.dispatchKeyEvent", type="keyDown", **about)
        await self.send("Input.dispatchKeyEvent", type="keyUp", **about)

    async def picture(self) -> bytes:
        """What the window shows now, as a PNG."""
        shot = await self.send("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])

    def _keep(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)

    async def _listen(self) -> None:
        async for raw in self._connection:
            message = json.loads(raw)
            if "id" in message:
                self._answers.pop(message["id"]).set_result(message)
            elif message["method"] == "Target.attachedToTarget" and self._session:
                self._keep(self._watch(message["params"]["sessionId"]))
            else:
                _note(self.findings, message["method"], message["params"])

    async def _watch(self, session: str) -> None:
        # Workers are held until they are watched, so that nothing they do at birth is missed.
        for domain in ("Runtime", "Log", "Network", "Audits"):
            with suppress(PageFailed):  # a worker does not have them all
                await self.send(f"{domain}.enable", session=session)
        await self.send(
            "Target.setAutoAttach", session=session, autoAttach=True, waitForDebuggerOnStart=True, flatten=True
        )
        await self.send("Runtime.runIfWaitingForDebugger", session=session)


def _note(findings: Findings, event: str, about: dict[str, Any]) -> None:
    match event:
        case "Runtime.consoleAPICalled" if about["type"] in ("error", "assert"):
            said = [str(part.get("value", part.get("description"))) for part in about["args"]]
            findings.console_errors.append(" ".join(said))
        case "Runtime.exceptionThrown":
            details = about["exceptionDetails"]
            findings.console_errors.append(details.get("exception", {}).get("description") or details["text"])
        case "Log.entryAdded" if about["entry"]["level"] == "error":
            entry = about["entry"]
            findings.console_errors.append(f"{entry['text']} {entry.get('url', '')}".strip())
        case "Audits.issueAdded" if about["issue"]["code"] == "ContentSecurityPolicyIssue":
            findings.violations.append(json.dumps(about["issue"]["details"]["contentSecurityPolicyIssueDetails"]))
        case "Network.requestWillBeSent":
            _note_address(findings, about["request"]["url"])
        case "Network.webSocketCreated":
            _note_address(findings, about["url"])


def _note_address(findings: Findings, url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK:
        findings.foreign_requests.append(url)


@asynccontextmanager
async def chromium() -> AsyncIterator[Tab]:
    """A fresh headless Chromium with one empty tab, gone at the end with all it stored.

    Raises ChromiumMissing when the machine has none.
    """
    program = shutil.which("chromium")
    if program is None:
        raise ChromiumMissing("chromium is not on this machine: apt-get install chromium")
    with tempfile.TemporaryDirectory(prefix="chromium-", ignore_cleanup_errors=True) as home:
        process = await asyncio.create_subprocess_exec(
            program,
            *FLAGS,
            f"--user-data-dir={home}",
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            async with connect(await _address_in(Path(home)), max_size=None) as connection:
                tab = Tab(connection)
                try:
                    await tab.begin()
                    yield tab
                finally:
                    await tab.end()
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _address_in(home: Path) -> str:
    told = home / "DevToolsActivePort"

    def lines() -> list[str]:
        written = told.read_text().split() if told.exists() else []
        return written if len(written) == 2 else []

    if not (found := await _patiently(lambda: asyncio.to_thread(lines), seconds=30)):
        raise PageFailed("chromium did not start within 30 s")
    port, path = found
    return f"ws://127.0.0.1:{port}{path}"


async def _patiently(look: Callable[[], Awaitable[Any]], seconds: float) -> Any:
    """Looks ten times a second until something truthy is seen; what was seen last when the time is up."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        seen = await look()
        if seen or asyncio.get_running_loop().time() > deadline:
            return seen
        await asyncio.sleep(0.1)


class Graphiql:
    """The GraphiQL page as a person uses it."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab

    async def open(self, url: str) -> None:
        gone = await self._tab.send("Page.navigate", url=url)
        if "errorText" in gone:
            raise PageFailed(f"{url}: {gone['errorText']}")
        await self._tab.until(f"!!{_editor('query')} && !!document.querySelector('.account form, .account .viewer')")

    async def sign_in(self, email: str, password: str) -> str:
        """Fills the form in and returns what the page then says of who is signed in."""
        for name, text in {"email": email, "password": password}.items():
            await self._tab.evaluate(f"document.querySelector('.account [name={name}]').select()")
            await self._tab.send("Input.insertText", text=text)
        await self._tab.evaluate("document.querySelector('.account form button').click()")
        await self._tab.until(
            "document.querySelector('.account').ariaBusy === 'false' &&"
            " (!!document.querySelector('.account .viewer') || document.querySelector('.account output').textContent)"
        )
        await self._tab.until(f"!!{_editor('query')}")
        said: str = await self._tab.evaluate("document.querySelector('.account').innerText")
        return said

    async def write(self, query: str) -> None:
        """Replaces what the query editor holds, by pasting: typed brackets would be closed by the editor once more."""
        await self._tab.evaluate(f"{_editor('query')}.focus()")
        await self._tab.press("a", "KeyA", 65, modifiers=CONTROL)
        await self._tab.evaluate(_clipboard("query", "paste", query))
        await asyncio.sleep(0.5)  # the page reads the operations' names a moment after the last keystroke

    async def run(self, *, seconds: float = 15) -> str:
        """Runs the operation; returns the answer's text once it is whole, or as it stands after `seconds`."""
        await self._tab.evaluate("document.querySelector('.graphiql-execute-button').click()")
        done = "document.querySelector('.graphiql-execute-button').ariaLabel.startsWith('Execute')"
        await asyncio.sleep(0.2)
        await _patiently(lambda: self._tab.evaluate(done), seconds)
        return await self.answer()

    async def answer(self) -> str:
        """The whole text of the answer's pane, also what is scrolled out of sight, by copying it."""
        await self._tab.evaluate(f"{_editor('response')}.focus()")
        await self._tab.press("a", "KeyA", 65, modifiers=CONTROL)
        text: str = await self._tab.evaluate(_clipboard("response", "copy", ""))
        await self._tab.press("Home", "Home", 36, modifiers=CONTROL)
        return text

    async def open_docs(self) -> str:
        """Opens the documentation explorer and returns its text."""
        await self._tab.evaluate("document.querySelector('[aria-label=\"Show Documentation Explorer\"]')?.click()")
        return str(await self._tab.until("document.querySelector('.graphiql-doc-explorer')?.innerText"))


def _editor(pane: str) -> str:
    place = {"query": ".graphiql-query-editor", "response": ".result-window"}[pane]
    return f"document.querySelector('{place} textarea')"


def _clipboard(pane: str, event: str, text: str) -> str:
    return f"""(() => {{
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", {json.dumps(text)});
        const event = new ClipboardEvent("{event}", {{ clipboardData, bubbles: true, cancelable: true }});
        {_editor(pane)}.dispatchEvent(event);
        return clipboardData.getData("text/plain");
    }})()"""


async def _visit(chosen: argparse.Namespace) -> Findings:
    async with chromium() as tab:
        graphiql = Graphiql(tab)
        await graphiql.open(chosen.url)
        if chosen.email:
            _say(await graphiql.sign_in(chosen.email, chosen.password))
        if chosen.query:
            await graphiql.write(chosen.query.read_text("utf-8"))
            _say(await graphiql.run(seconds=chosen.seconds))
        if chosen.docs:
            _say(await graphiql.open_docs())
        if chosen.screenshot:
            await asyncio.sleep(0.5)  # the panes fade in
            await asyncio.to_thread(chosen.screenshot.write_bytes, await tab.picture())
        return tab.findings


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("url")
    parser.add_argument("--email")
    parser.add_argument("--password", default="")
    parser.add_argument("--query", type=Path, help="a file with one operation to run")
    parser.add_argument("--seconds", type=float, default=15, help="how long a subscription is left running")
    parser.add_argument("--docs", action="store_true", help="open the documentation explorer")
    parser.add_argument("--screenshot", type=Path, help="where the picture goes (PNG)")
    return parser.parse_args()


def main() -> int:
    """Does one visit and prints it; 1 when the page did what it must not, 2 when it could not be asked."""
    try:
        findings = asyncio.run(_visit(_arguments()))
    except (ChromiumMissing, PageFailed) as failure:
        sys.stderr.write(f"{failure}\n")
        return 2
    for kind, seen in vars(findings).items():
        _say("\n  ".join([f"{kind}: {len(seen)}", *seen]))
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
