"""The machine: which core does what, and how much of it each program used. Linux only: it reads /proc."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SERVER_CORE, OTHER_CORE = 0, 1
"""One for the server that is measured; the other for PostgreSQL and the load."""


# Those of the machine as the program was started: inside `on_core` it sees but one.
_CORES = sorted(os.sched_getaffinity(0))


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """What is started meanwhile stays on that core, also inside another's. On a machine of one core, nothing is
    chosen."""
    before = os.sched_getaffinity(0)
    if len(_CORES) > 1:
        os.sched_setaffinity(0, {_CORES[core]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass(frozen=True, slots=True)
class Used:
    """Seconds of CPU, up to a moment."""

    server: float
    database: float
    load: float
    all: float
    stolen: float

    def since(self, before: "Used") -> "Used":
        """What was used between two moments."""
        return Used(
            self.server - before.server, self.database - before.database, self.load - before.load,
            self.all - before.all, self.stolen - before.stolen,
        )  # fmt: skip

    @property
    def foreign(self) -> float:
        """What programs used that do not belong to the measurement."""
        return max(0.0, self.all - self.server - self.database - self.load)


def used(server: int, postmaster: int) -> Used:
    """What the server, the database with all its processes, and this program with its load have used."""
    times = os.times()
    load = times.user + times.system + times.children_user + times.children_system
    database = _seconds(postmaster, children=True) + sum(_seconds(each) for each in _children(postmaster))
    busy, stolen = _busy()
    return Used(_seconds(server), database, load, busy, stolen)


def memory(process_id: int) -> int:
    """The bytes of memory that a process holds now."""
    status = Path(f"/proc/{process_id}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def _seconds(process_id: int, *, children: bool = False) -> float:
    """Seconds of one process; with `children`, also of those of its children that have ended."""
    try:
        text = Path(f"/proc/{process_id}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    # The program's name, in brackets, may hold spaces.
    fields = text.rpartition(")")[2].split()
    return sum(int(each) for each in fields[11 : 15 if children else 13]) / TICKS


def _children(process_id: int) -> Iterable[int]:
    text = Path(f"/proc/{process_id}/task/{process_id}/children").read_text()
    return [int(each) for each in text.split()]


def _busy() -> tuple[float, float]:
    user, nice, system, _idle, _waiting, interrupts, soft, stolen, *_ = (
        int(each) for each in Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    )
    return (user + nice + system + interrupts + soft) / TICKS, stolen / TICKS
