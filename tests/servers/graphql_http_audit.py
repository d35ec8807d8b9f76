"""Lets the npm package graphql-http judge a running server: `python tests/servers/graphql_http_audit.py [URL]`.

Needs node and npm. The package is installed once, into `var/cache/graphql-http`. Without a URL the judge visits a
server of the tests' own small schema. Exits with 1 unless all 61 audits are ok.
"""

import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / "var" / "cache" / "graphql-http"
PACKAGES = ("graphql@16.15.0", "graphql-http@1.23.1")
AUDITS = 61


def judge(url: str) -> dict[str, Any]:
    """The verdict on the server at the URL: `{"count": {"ok", "warn", "error"}, "notOk": […]}`."""
    if not (CACHE / "node_modules" / "graphql-http").is_dir():
        CACHE.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", CACHE, *PACKAGES],
            check=True,
            capture_output=True,
        )
    # Node looks for a package upwards from the script, so the script must stand beside it.
    script = shutil.copy(ROOT / "tests" / "server" / "audit.mjs", CACHE / "audit.mjs")
    run = subprocess.run(["node", script, url], check=True, capture_output=True, text=True, timeout=120)
    verdict: dict[str, Any] = json.loads(run.stdout)
    return verdict


async def judge_own() -> dict[str, Any]:
    """The verdict on a server of the tests' small schema."""
    from tests.server.serving import served

    async with served() as server:
        return await asyncio.to_thread(judge, server.url)


def main() -> int:
    """Print the verdict."""
    sys.path.insert(0, str(ROOT))
    verdict = judge(sys.argv[1]) if len(sys.argv) > 1 else asyncio.run(judge_own())
    print(json.dumps(verdict, indent=2))  # noqa: T201  this is a command, and this its answer
    return 0 if verdict["count"] == {"ok": AUDITS, "warn": 0, "error": 0} else 1


if __name__ == "__main__":
    sys.exit(main())
