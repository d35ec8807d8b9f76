"""Finishing or removing what was abandoned: no upload stays open for ever, and nothing stays without a row.

An upload whose bytes are all here is finished, as if its caller had said so; one that is not is removed. Then, when no
link to it works any more, its keys are looked at once more and it is done with.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select

import storage.database.uploads
from domain.documents import SWEEP_AFTER, UPLOAD_LASTS, UploadRefusal, UploadState
from resolvers import jobs
from resolvers.jobs import Handler, Work
from resolvers.uploads import places
from resolvers.uploads.asking_for import CHECK, SWEEP
from resolvers.uploads.completing import first_sight, refuse
from resolvers.uploads.filing import held, upload_of
from resolvers.uploads.leftovers import remove_kept, remove_staged
from storage.database.jobs import Job, JobState
from storage.database.uploads import Upload
from storage.files.errors import StorageError
from storage.files.interface import Area, Under

MOST = 10_000
"""Uploads that one sweep looks at, the oldest first; more come to their end in a day nowhere."""
PARTS_WITHOUT_ROW = timedelta(hours=1)
"""How old parts must be that no row knows: the row follows the store's word for them within the same request."""

log: structlog.stdlib.BoundLogger = structlog.get_logger(__name__)


async def sweep(work: Work) -> dict[str, int]:
    """Finish or remove the practice's uploads that have come to their end, and plan the next sweep."""
    swept = await swept_at(work, datetime.now(UTC))
    async with work.writing() as write:
        first = await write.session.scalar(storage.database.uploads.unswept(work.practice_id).limit(1))
        if first is not None:
            soonest = datetime.now(UTC) + SWEEP_AFTER
            await jobs.enqueue(write, SWEEP, run_at=max(soonest, first.expires_at + SWEEP_AFTER))
    return {"swept": swept}


SWEEPING = Handler(SWEEP, sweep)


async def swept_at(work: Work, moment: datetime) -> int:
    """Sweep what has come to its end at a moment; how many uploads are done with."""
    await _drop_unknown_parts(work, moment)
    done = 0
    for upload in await _ended(work, moment):
        try:
            upload = await _settled(work, upload, moment)
            if upload.state in (UploadState.WAITING, UploadState.CHECKING):
                continue
            await _remove_leftovers(work, upload)
            if upload.expires_at + SWEEP_AFTER <= moment:
                await _done_with(work, upload.id)
                done += 1
        except StorageError as error:
            log.warning("upload not swept", upload_id=str(upload.id), exception=type(error).__qualname__)
    return done


async def _ended(work: Work, moment: datetime) -> Sequence[Upload]:
    statement = storage.database.uploads.unswept(work.practice_id).where(Upload.expires_at <= moment).limit(MOST)
    async with work.casegraph.database.write(work.practice_id) as session:
        return (await session.scalars(statement)).all()


async def _settled(work: Work, upload: Upload, moment: datetime) -> Upload:
    """The upload, brought to its end if it is still open."""
    stores = work.casegraph.opened_stores
    if upload.state is UploadState.WAITING:
        refusal = await first_sight(stores.named(upload.store), work.practice_id, upload)
        await _finish_or_expire(work, upload.id, refusal)
    elif upload.state is UploadState.CHECKING and upload.expires_at + UPLOAD_LASTS <= moment:
        await _give_up(work, upload.id)
    return await upload_of(work.casegraph.database, work.practice_id, upload.id) or upload


async def _finish_or_expire(work: Work, upload_id: UUID, refusal: UploadRefusal | None) -> None:
    async with work.writing("uploads.finish_or_expire") as write:
        upload = await held(write, upload_id)
        if upload.state is not UploadState.WAITING:
            return
        if refusal is None:
            upload.state, upload.completed_at = UploadState.CHECKING, write.moment
            await jobs.enqueue(write, CHECK, str(upload.id), payload={"upload": str(upload.id)})
        elif refusal is UploadRefusal.MISSING:
            upload.state, upload.ended_at = UploadState.EXPIRED, write.moment
        else:
            refuse(write, upload, refusal)


async def _give_up(work: Work, upload_id: UUID) -> None:
    """Refuse what could not be checked for a day, unless somebody still tries."""
    async with work.writing("uploads.give_up") as write:
        upload = await held(write, upload_id)
        trying = select(Job.id).where(
            Job.practice_id == write.practice_id, Job.kind == CHECK, Job.key == str(upload_id),
            Job.state == JobState.WAITING,
        )  # fmt: skip
        if upload.state is UploadState.CHECKING and await write.session.scalar(trying) is None:
            refuse(write, upload, UploadRefusal.NOT_CHECKED)


async def _remove_leftovers(work: Work, upload: Upload) -> None:
    stores = work.casegraph.opened_stores
    await remove_staged(stores, upload)
    if upload.state is not UploadState.AVAILABLE:
        await remove_kept(stores, upload)


async def _done_with(work: Work, upload_id: UUID) -> None:
    async with work.writing("uploads.done_with") as write:
        (await held(write, upload_id)).swept_at = write.moment


async def _drop_unknown_parts(work: Work, moment: datetime) -> None:
    """Drop parts that were begun for an upload whose row never heard of them, because the server was killed between."""
    for store in work.casegraph.opened_stores:
        async for begun in store.parts_begun(Under(work.practice_id, Area.STAGING)):
            if begun.since + PARTS_WITHOUT_ROW > moment:
                continue
            upload = await upload_of(work.casegraph.database, work.practice_id, begun.upload.key.id)
            if upload is None or places.parts_of(work.practice_id, upload) != begun.upload:
                await store.parts_drop(begun.upload)
