"""Opens files, all at once, and says which are open: a process to be killed in the middle.

By hand: python -m tests.proofs.kill9.writer URL PRACTICE FILES
"""

import asyncio
import os
import sys
from uuid import UUID

from auth.viewers import System
from resolvers.repeating import Repeatable
from resolvers.writing import carry_out
from storage.database.opening import Database, open_database
from tests.acts import FileGiven, FileOpened, open_file


async def open_one(database: Database, practice_id: UUID, number: int) -> FileOpened:
    """Open the file of this number: once, however often it is asked for."""
    outcome, _ = await carry_out(
        database, System(practice_id, "test"), open_file, FileGiven(f"Nia {number}", flags=1), FileOpened,
        repeatable=Repeatable(f"file {number}", 1),
    )  # fmt: skip
    return outcome


async def main(url: str, practice_id: UUID, files: int) -> None:
    """Open the files and acknowledge each in a line of its number and id."""
    database = await open_database(url)

    async def acknowledge(number: int) -> None:
        outcome = await open_one(database, practice_id, number)
        # Unbuffered: what was said was said, whatever happens to this process next.
        os.write(1, f"{number} {outcome.client_id}\n".encode())

    os.write(1, b"begun\n")
    await asyncio.gather(*(acknowledge(number) for number in range(files)))
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3])))
