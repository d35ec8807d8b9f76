"""A server that speaks S3, out of the package `moto`: quick to start, good for most of the promise.

It believes everybody: it looks neither at the signature and the end of a link nor at promised digests. radosgw does.
It ends with the process that started it. By hand, until the input ends: python -m tests.servers.moto
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def served() -> Iterator[str]:
    """The endpoint of a fresh, empty server; any access key will do."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "tests.servers.moto"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as server:  # fmt: skip
        assert server.stdin is not None
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.stdin.close()


def main() -> None:
    """Serve on a free port, say where, and end when the input does."""
    from threading import Thread

    from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import make_server

    server = make_server("127.0.0.1", 0, DomainDispatcherApplication(create_backend_app), threaded=True)
    Thread(target=server.serve_forever, daemon=True).start()
    print(f"http://127.0.0.1:{server.server_port}", flush=True)  # noqa: T201
    sys.stdin.read()


if __name__ == "__main__":
    main()
