"""The product's server with the benchmark's graph in place of the product's: all else is as it is served to people.

python -m benchmarks.graph.serving EXECUTOR DATABASE PORT
"""

import sys
import tempfile
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import server.listening
import server.logs
from auth.keys import KeyRing
from benchmarks.graph.executors import schema_for
from resolvers.casegraph import Casegraph
from server.app import assemble
from server.assembling import at_work, edge_of
from server.settings import Settings


def main() -> None:
    """Serve until told to stop."""
    executor, database, port = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read({
            "CASEGRAPH_DATABASE": database,
            "CASEGRAPH_PORT": port,
            "CASEGRAPH_ANCHOR": str(Path(folder) / "anchor"),
            "CASEGRAPH_GRAPHIQL": "no",
            "CASEGRAPH_LOG": "json",
            "CASEGRAPH_LOG_LEVEL": "warning",
        })  # fmt: skip
        serve(executor, settings)


def serve(executor: str, settings: Settings) -> None:
    """Serve the benchmark's graph as `./casegraph serve` serves the product's."""
    server.logs.set_up(settings.log, settings.log_level)

    def opening() -> AbstractAsyncContextManager[Casegraph]:
        opened = Casegraph.opened(settings.database, KeyRing.made(), secure_cookies=settings.secure_cookies)
        return at_work(opened, settings)

    edge = edge_of(settings)
    app = assemble(schema_for(executor), opening, edge)
    listening = server.listening.listen(settings.host, settings.port)
    server.listening.Server(app, edge, settings, lambda: None).run(sockets=[listening])


if __name__ == "__main__":
    main()
