"""`POST /imports` takes a workbook; its preview, decision and progress stand under the address of the import."""

from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import Any

import orjson
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from domain import texts
from domain.acts import Act
from domain.permissions import may
from domain.refusals import LimitReached, NotAllowed, NotFound, Refused, WrongState
from domain.times import CHINA
from domain.workbooks import keep
from domain.workbooks.tell import masked
from schema.api import schema
from schema.context import Context
from schema.plan.ids import key_of
from schema.problems import problem as worded
from web.errors import problem
from web.import_jobs import Jobs
from web.origins import check_host, check_origin
from web.protocol import check_content
from web.requests import visit_of
from web.settings import Settings, listed, origin_of
from web.visitors import Visitors

TYPES = {
    "application/octet-stream",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/csv",
}
"""What a workbook may come as. A browser sends none of these across sites without asking first."""

STATE = """query Import($id: ID!) { found: workbookImport(id: $id) {
  id fileName sizeBytes sha256 state stateLabel outcome outcomeLabel error rowsDone rowsTotal
  teamsAccepted teamsRejected membersAccepted membersRejected
  rejectedCount correctedCount warningCount skippedCount summary receivedAt endedAt } }"""

KEY = key_of("WorkbookImport")

Answer = Callable[[Request, Context], Awaitable[Response]]


def routes(settings: Settings, visitors: Visitors, jobs: Jobs) -> list[Route]:
    """Return the routes. Each is for who signed in and may import; another's import does not exist."""
    allowed = [*listed(settings.cors_origins), *filter(None, [origin_of(settings.public_url or "")])]

    def guarded(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
        async def guard(request: Request) -> Response:
            check_origin(request.headers, allowed)
            if settings.trust_everybody:
                check_host(request.headers)
            visit = visit_of(request.scope)
            context = await visitors.context(request, visit)
            _check_may(context)
            context.writes()  # an import is told as it stands now
            try:
                response = await answer(request, context)
            except Refused as refused:
                return _refused(request, refused)
            response.headers["cache-control"] = "private, no-store"
            for cookie in visit.cookies:
                response.headers.append("set-cookie", cookie)
            return response

        return guard

    async def receive(request: Request, context: Context) -> Response:
        name = _checked_upload(request)
        draft = await jobs.uploads.receive(request.stream(), name)
        again = request.query_params.get("again") == "1"
        try:
            async with AsyncSession(visitors.engine, expire_on_commit=False) as session, session.begin():
                made = await keep.receive(session, _act(context), draft.received, again=again)
                draft.keep(made.id)  # before the row is: a row without its file would wait for nothing
        except BaseException:
            draft.delete()
            raise
        jobs.start(made.id, context.viewer, decided=False)
        return await told(context, made.id, 201)

    async def show(request: Request, context: Context) -> Response:
        return await told(context, _key(request))

    async def confirm(request: Request, context: Context) -> Response:
        key, found = await decidable(request, context)
        if found["state"] not in ("IMPORTING", "DONE"):  # else nothing is left to do, and the database may be locked
            if not jobs.uploads.path(key).exists():
                raise WrongState("FILE_GONE")
            async with AsyncSession(visitors.engine) as session, session.begin():
                is_new = await keep.confirm(session, _act(context), key)
            if is_new:
                jobs.start(key, context.viewer, decided=True)
        return await told(context, key, 202)

    async def discard(request: Request, context: Context) -> Response:
        key, found = await decidable(request, context)
        if found["state"] in ("IMPORTING", "DONE"):
            raise WrongState(found["state"])
        async with AsyncSession(visitors.engine) as session, session.begin():
            await keep.discard(session, _act(context), key)
        await jobs.stop(key)
        jobs.uploads.forget(key)
        return await told(context, key)

    async def decidable(request: Request, context: Context) -> tuple[int, dict[str, Any]]:
        check_content(request.headers)
        await request.body()
        key = _key(request)
        return key, await stored(context, key)

    async def stored(context: Context, key: int) -> dict[str, Any]:
        result = await schema.execute(STATE, {"id": f"WorkbookImport_{key}"}, context)
        if result.errors:
            raise result.errors[0]
        found: dict[str, Any] | None = orjson.loads(orjson.dumps(result.data))["found"]
        if found is None:
            raise NotFound("workbook_import")
        return found

    async def told(context: Context, key: int, status: int = 200) -> Response:
        found = await stored(context, key)
        found["summary"] = orjson.loads(found["summary"] or "null")
        live = jobs.progress.get(key)
        found["progress"] = live or {"done": found["rowsDone"], "total": found["rowsTotal"], "step": None}
        return Response(orjson.dumps(found), status, None, "application/json; charset=utf-8")

    return [
        Route("/imports", guarded(receive), methods=["POST"]),
        Route("/imports/{id}", guarded(show), methods=["GET"]),
        Route("/imports/{id}/confirm", guarded(confirm), methods=["POST"]),
        Route("/imports/{id}/discard", guarded(discard), methods=["POST"]),
    ]


def _check_may(context: Context) -> None:
    if context.viewer.account_id is None:
        raise HTTPException(401, "请先登录 | sign in first")
    if not may(context.viewer.roles, keep.IMPORT):
        raise HTTPException(403, worded(NotAllowed("import_role")).message)


def _checked_upload(request: Request) -> str:
    """Return the name of the file that comes. Raises HTTPException."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TYPES or request.headers.get("content-encoding", "identity").lower() != "identity":
        words = "请直接发送工作簿文件，不要用表单或压缩 | send the workbook itself as the body: no form, no compression"
        raise HTTPException(415, words)
    name = PurePath(request.query_params.get("name", "").replace("\\", "/")).name.strip()
    if not name or not texts.is_clean(name):
        raise HTTPException(400, "请给出文件名 ?name=… | the file needs a name of at most 100 characters")
    return masked(name)


def _act(context: Context) -> Act:
    return Act(context.viewer, context.keyring, team_prefix=context.team_prefix)


def _key(request: Request) -> int:
    """Raises NotFound."""
    key = KEY(request.path_params["id"])
    if key is None:
        raise NotFound("workbook_import")
    return key


def _refused(request: Request, refused: Refused) -> Response:
    visit = visit_of(request.scope)
    match refused:
        case keep.AlreadyImported():
            at = f"{refused.at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            words = f"这个文件已在 {at} 导入，不需要再做什么 | this file was imported at {at}: nothing to do"
            return problem(visit, 409, words, "ALREADY_IMPORTED")
        case NotFound():
            return problem(visit, 404, worded(refused).message)
        case NotAllowed():
            return problem(visit, 403, worded(refused).message)
        case LimitReached():
            return problem(visit, 409, worded(refused).message, "LIMIT_REACHED")
    return problem(visit, 409, worded(refused).message, "WRONG_STATE")
