"""What becomes of a workbook that somebody sent: received, read, confirmed or discarded, and forgotten in time."""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.events import Actor, record
from domain.permissions import may
from domain.refusals import LimitReached, NotAllowed, Refused, WrongState
from models import Role, WorkbookImport, WorkbookImportEntry, new_key, now
from models import WorkbookImportState as State

IMPORT = "importWorkbook"
"""The name under which `domain.permissions` says who may import."""

MOST_OPEN = 3
"""Files of one account that wait to be read or decided about."""

KEPT = dt.timedelta(days=1)
"""How long a file waits for a decision."""

ENTRIES_KEPT = dt.timedelta(days=30)
"""How long it can be seen what was said about rows: they name people."""

OPEN = (State.READING, State.PREVIEWED, State.IMPORTING)
AT_WORK = (State.READING, State.IMPORTING)

LOST = "处理中断，没有导入任何内容，请重新上传 | the work was interrupted and nothing was imported: send the file again"
EXPIRED = "一天内没有确认，文件已删除 | not confirmed within a day: the file was deleted"

SYSTEM = Actor("SYSTEM", "SYSTEM")


class AlreadyImported(Refused):
    """The same file was imported before, by the account itself or by somebody who decides about the whole county."""

    def __init__(self, at: dt.datetime) -> None:
        super().__init__(at)
        self.at = at


@dataclass(frozen=True)
class Received:
    """A file as it came."""

    name: str
    size_bytes: int
    sha256: str


async def imported_at(session: AsyncSession, sha256: str, account_id: int | None) -> dt.datetime | None:
    """Return when this very file was last imported, as far as that leaves nothing to do for the account; None for the
    operator."""
    mine = WorkbookImport.account_id.is_not_distinct_from(account_id)
    return await session.scalar(
        select(func.max(WorkbookImport.ended_at)).where(
            WorkbookImport.sha256 == sha256,
            WorkbookImport.state == State.DONE,
            or_(mine, WorkbookImport.covers_county),
        )
    )


async def receive(session: AsyncSession, act: Act, file: Received, *, again: bool = False) -> WorkbookImport:
    """Take a file that is to be read. Raises NotAllowed, AlreadyImported, LimitReached."""
    viewer = act.viewer
    if viewer.account_id is None or not may(viewer.roles, IMPORT):
        raise NotAllowed("import_role")
    if not again and (at := await imported_at(session, file.sha256, viewer.account_id)):
        raise AlreadyImported(at)
    waiting = select(func.count()).where(WorkbookImport.account_id == viewer.account_id, WorkbookImport.state.in_(OPEN))
    if (await session.scalar(waiting) or 0) >= MOST_OPEN:
        raise LimitReached("open_imports", MOST_OPEN)
    made = WorkbookImport(
        id=new_key(),
        account_id=viewer.account_id,
        channel=viewer.channel,
        covers_county=viewer.has(Role.DISPATCHER),
        file_name=file.name,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        state=State.READING,
    )
    session.add(made)
    await session.flush()
    await act.record(session, made, "workbook_import.received", to_status=made.state.value)
    return made


async def confirm(session: AsyncSession, act: Act, key: int | None) -> bool:
    """Decide that a file is imported. Return whether it was still to be decided: only then the work begins. Raises
    NotFound, WrongState."""
    found = await _own(session, act, key)
    if found.state in (State.IMPORTING, State.DONE):
        return False
    if found.state is not State.PREVIEWED:
        raise WrongState(found.state)
    found.state, found.rows_done, found.rows_total, found.beat_at = State.IMPORTING, 0, 0, now()
    await act.record(
        session, found, "workbook_import.confirmed", from_status=State.PREVIEWED.value, to_status=found.state.value
    )
    return True


async def discard(session: AsyncSession, act: Act, key: int | None) -> None:
    """Forget a file and what was said about its rows. Raises NotFound, WrongState for what is imported."""
    found = await _own(session, act, key)
    if found.state is State.DISCARDED:
        return
    if found.state in (State.IMPORTING, State.DONE):
        raise WrongState(found.state)
    before, found.state, found.ended_at, found.summary = found.state, State.DISCARDED, now(), None
    await session.execute(delete(WorkbookImportEntry).where(WorkbookImportEntry.import_id == found.id))
    await act.record(session, found, "workbook_import.discarded", from_status=before.value, to_status=found.state.value)


async def _own(session: AsyncSession, act: Act, key: int | None) -> WorkbookImport:
    """Return one of the account's own: whoever else sees it decides about other places. Raises NotFound."""
    return await act.find(session, WorkbookImport, key, WorkbookImport.account_id == act.viewer.account_id)


async def give_up(session: AsyncSession, key: int, work: State) -> bool:
    """Say of this work, if it ended without a result, that it failed. Return whether the file is needed no more."""
    await _fail(session, [key], (work,))
    state = await session.scalar(select(WorkbookImport.state).where(WorkbookImport.id == key))
    return state not in OPEN


async def give_up_lost(session: AsyncSession, silent_for: dt.timedelta) -> list[int]:
    """Say so of all work whose worker has not been heard of for so long. Return the keys."""
    silent = and_(WorkbookImport.state.in_(AT_WORK), WorkbookImport.beat_at <= now() - silent_for)
    keys = list(await session.scalars(select(WorkbookImport.id).where(silent)))
    await _fail(session, keys, AT_WORK)
    return keys


async def _fail(session: AsyncSession, keys: list[int], work: tuple[State, ...]) -> None:
    found = await session.scalars(
        select(WorkbookImport)
        .where(WorkbookImport.id.in_(keys), WorkbookImport.state.in_(work))
        .order_by(WorkbookImport.id)
        .with_for_update()
    )
    for one in found.all():
        before, one.state, one.error, one.ended_at = one.state, State.FAILED, LOST, now()
        await _record(session, one, "workbook_import.failed", before)


async def forget_old(session: AsyncSession) -> None:
    """Discard what nobody decided about within a day, and after a month forget what was said about rows."""
    undecided = select(WorkbookImport).where(
        WorkbookImport.state == State.PREVIEWED, WorkbookImport.received_at < now() - KEPT
    )
    for one in (await session.scalars(undecided.order_by(WorkbookImport.id).with_for_update())).all():
        one.state, one.error, one.ended_at, one.summary = State.DISCARDED, EXPIRED, now(), None
        await session.execute(delete(WorkbookImportEntry).where(WorkbookImportEntry.import_id == one.id))
        await _record(session, one, "workbook_import.discarded", State.PREVIEWED)
    old = select(WorkbookImport.id).where(WorkbookImport.ended_at < now() - ENTRIES_KEPT)
    gone = delete(WorkbookImportEntry).where(WorkbookImportEntry.import_id.in_(old))
    await session.execute(gone, execution_options={"synchronize_session": False})


async def beat(session: AsyncSession, key: int, done: int, total: int) -> None:
    """Note how far a worker is."""
    noted = update(WorkbookImport).where(WorkbookImport.id == key, WorkbookImport.state.in_(AT_WORK))
    await session.execute(noted.values(beat_at=now(), rows_done=done, rows_total=total))


async def _record(session: AsyncSession, row: WorkbookImport, type: str, before: State) -> None:
    await record(
        session,
        entity=row.__tablename__,
        entity_id=row.id,
        type=type,
        actor=SYSTEM,
        from_status=before.value,
        to_status=row.state.value,
    )
