"""Reading a large document over HTTP: by our own server, by nginx, and by nginx told by us where the bytes are.

Needs `nginx` and `curl` (Debian: apt install nginx-light curl); without them it says so and measures nothing.
"""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from statistics import median
from urllib.parse import urlsplit

from tests.proofs.documents.test_memory import Content, Served, served

MEBIBYTES, ROUNDS = 1024, 7
LEAST_RATIO, LEAST_RATIO_TOLD = 0.5, 0.95

CONFIGURATION = """
worker_processes 1;
daemon off;
error_log stderr crit;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
  access_log off; sendfile on; tcp_nopush on; default_type application/octet-stream;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port};
    location /plain/ {{ alias {files}/; }}
    location /internal-files/ {{ internal; alias {files}/; }}
    location /files/ {{ proxy_pass {upstream}; proxy_set_header Host $proxy_host; }}
  }}
}}
"""


async def measure() -> None:
    """Read the same GiB in three ways, in turn; the ratios are nginx's time over ours."""
    lacking = [name for name in ("nginx", "curl") if shutil.which(name) is None]
    if lacking:
        print(f"skipped: this machine has no {' and no '.join(lacking)}")
        return
    with tempfile.TemporaryDirectory(prefix="casegraph-served-") as folder:
        own = await timed(Path(folder), "own", accelerated=False)
        told = await timed(Path(folder), "told", accelerated=True)
    tell("by our own server", own, LEAST_RATIO)
    tell("by X-Accel-Redirect", told, LEAST_RATIO_TOLD)


def tell(how: str, rounds: list[tuple[float, float]], least: float) -> None:
    """Say what came out."""
    ratios = sorted(plain / ours for plain, ours in rounds)
    seconds = median(ours for _, ours in rounds)
    verdict = "as wanted" if median(ratios) >= least else f"TOO SLOW, wanted are {least}"
    print(f"{MEBIBYTES} MiB {how}: {seconds:.2f} s, {MEBIBYTES / seconds:,.0f} MiB/s; by nginx's sendfile "
          f"{median(plain for plain, _ in rounds):.2f} s")  # fmt: skip
    print(f"ratio: median of {ROUNDS} rounds {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), {verdict}")


async def timed(folder: Path, name: str, *, accelerated: bool) -> list[tuple[float, float]]:
    """Nginx's time and ours, round by round."""
    place = folder / name
    place.mkdir(mode=0o700)
    variables = {"CASEGRAPH_FILES_ACCELERATED": "/internal-files"} if accelerated else {}
    async with served(place, **variables) as house:
        content = Content(MEBIBYTES << 20)
        document = await house.send(content, content.digest())
        path = next(each for each in (place / "files").rglob("*") if each.is_file() and "final" in each.parts)
        with nginx(place, str(house.ama.browser.base_url)) as address:
            plain = f"{address}/plain/{path.relative_to(place / 'files')}"
            url = document["current"]["url"]
            ours = f"{address}{url}" if accelerated else str(house.ama.browser.base_url.join(url))
            return [(await read(house, plain), await read(house, ours)) for _ in range(ROUNDS)]


async def read(house: Served, url: str) -> float:
    """Read it to the end; the seconds it took."""
    said = await asyncio.to_thread(
        subprocess.run,
        ["curl", "-sS", "--fail", "-o", "/dev/null", "-H", f"Authorization: Bearer {house.ama.token}",
         "-w", "%{size_download} %{time_total}", url],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    size, seconds = said.stdout.split()
    assert int(size) == MEBIBYTES << 20, said.stdout
    return float(seconds)


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[str]:
    """An nginx of our own in front of the server and over its folder."""
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    configuration = folder / "nginx.conf"
    host = urlsplit(upstream)
    text = CONFIGURATION.format(folder=folder, files=folder / "files", port=port, upstream=f"http://{host.netloc}")
    # As root nginx would serve as somebody who may not enter the folder.
    configuration.write_text(f"user {folder.owner()};\n{text}")
    process = subprocess.Popen(["nginx", "-e", "stderr", "-c", str(configuration)], stderr=subprocess.DEVNULL)
    try:
        while socket().connect_ex(("127.0.0.1", port)):
            assert process.poll() is None, "nginx did not start"
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()
