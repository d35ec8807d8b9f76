"""The GraphiQL page and its assets, under a policy that admits this host and nothing else."""

import gzip
import json
import re
import secrets
from functools import cache
from html import escape
from pathlib import Path
from typing import TypedDict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

_HERE = Path(__file__).parent
_BUILT = _HERE / "built"
_ASSETS_PATH = "/graphql/assets"
_A_YEAR = 31_536_000

_MEDIA_TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".ttf": "font/ttf"}

# What a Host header may hold before it is repeated in a header of ours.
_HOST = re.compile(r"(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Casegraph · GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{assets}/{style}">
<script src="{assets}/{script}" nonce="{nonce}" defer></script>
</head>
<body>
<div id="graphiql" data-example="{example}"></div>
<noscript>GraphiQL needs JavaScript. The graph itself answers POST requests at this same address.</noscript>
</body>
</html>
"""


class _Manifest(TypedDict):
    script: str
    style: str
    icons: str
    workers: dict[str, str]


def wants_page(request: Request) -> bool:
    """Whether the caller is a browser opening the address, rather than a program asking the graph.

    A page is only sent to whoever names `text/html` and does not prefer JSON to it: `*/*`, which curl and most HTTP
    libraries send, is answered by the graph.
    """
    if request.method not in ("GET", "HEAD"):
        return False
    weights = _weights(request.headers.get("accept", ""))
    json_weight = max(weights.get("application/json", 0.0), weights.get("application/graphql-response+json", 0.0))
    return weights.get("text/html", 0.0) > json_weight


async def page(request: Request) -> Response:
    """The GraphiQL page, never stored: it names the assets of this very build and carries a nonce of its own."""
    nonce = secrets.token_urlsafe(16)
    manifest = await run_in_threadpool(_manifest)
    html = _PAGE.format(
        assets=escape(request.scope.get("root_path", "") + _ASSETS_PATH),
        script=manifest["script"],
        style=manifest["style"],
        nonce=nonce,
        example=escape(await run_in_threadpool(_example)),
    )
    headers = {
        "Content-Security-Policy": _policy(request.headers.get("host", ""), nonce),
        "Cache-Control": "no-store",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Referrer-Policy": "same-origin",
        "Vary": "Accept",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(html, media_type="text/html", headers=headers)


async def _asset(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in await run_in_threadpool(_asset_names):
        return Response("There is no such file.\n", status_code=404, media_type="text/plain")
    headers = {
        "Cache-Control": f"public, max-age={_A_YEAR}, immutable",
        # A worker obeys the policy of its own script, not the page's: it may load nothing at all.
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    packed = _BUILT / f"{name}.gz"
    media_type = _MEDIA_TYPES[Path(name).suffix]
    if _weights(request.headers.get("accept-encoding", "")).get("gzip", 0.0) > 0:
        return FileResponse(packed, media_type=media_type, headers={**headers, "Content-Encoding": "gzip"})
    content = await run_in_threadpool(lambda: gzip.decompress(packed.read_bytes()))
    return Response(content, media_type=media_type, headers=headers)


assets = Route(f"{_ASSETS_PATH}/{{name}}", _asset, methods=["GET"], name="graphiql_assets")
"""Serves the built files. Their names carry a digest of what they hold, so a browser may keep them for ever."""


def _policy(host: str, nonce: str) -> str:
    # Not every browser counts a WebSocket to the page's own host as 'self', and behind a proxy that ends TLS the
    # scheme seen here is not the browser's: both are named.
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    directives = [
        "default-src 'none'",
        "script-src 'self'",
        f"connect-src 'self'{sockets}",
        # The editor writes style elements (admitted by nonce) and positions its lines by style attributes (there is
        # no other way to admit those, and an attribute cannot load anything the other directives refuse).
        f"style-src-elem 'self' 'nonce-{nonce}'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "worker-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    return "; ".join(directives)


@cache
def _manifest() -> _Manifest:
    manifest: _Manifest = json.loads((_BUILT / "manifest.json").read_text("utf-8"))
    return manifest


@cache
def _asset_names() -> frozenset[str]:
    manifest = _manifest()
    return frozenset([manifest["script"], manifest["style"], manifest["icons"], *manifest["workers"].values()])


@cache
def _example() -> str:
    return (_HERE / "example.graphql").read_text("utf-8")


def _weights(header: str) -> dict[str, float]:
    """The entries of an `Accept` or `Accept-Encoding` header with their q values; an unreadable q counts as 0."""
    weights: dict[str, float] = {}
    for entry in header.lower().split(","):
        value, *parameters = (part.strip() for part in entry.split(";"))
        weights[value] = next((_q(given) for given in parameters if given.startswith("q=")), 1.0)
    return weights


def _q(parameter: str) -> float:
    digits = parameter.removeprefix("q=")
    return float(digits) if re.fullmatch(r"[01](\.[0-9]{0,3})?", digits) else 0.0
