"""Who a request comes from: a session's cookie, a dashboard's token, or nobody in particular."""

import asyncio
import datetime as dt
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from starlette.requests import Request, cookie_parser
from starlette.responses import Response

from domain import operations
from domain.county import default_folder, read_county
from domain.scope import DISPATCHER, PUBLIC, Viewer
from domain.sign_in import known, sessions, tidy, tokens, wechat
from domain.sign_in.sender import CodeSender, GatewaySender, TerminalSender
from domain.viewers import viewer_of
from models import Role
from models.reading import Reader
from models.sealed import Keyring
from schema.context import Context, Door
from web.requests import Visit
from web.settings import Settings

COOKIE = "horqin_session"
PENDING_COOKIE = "horqin_wechat"
"""Holds, sealed, the WeChat user who has yet to prove a phone."""

WROTE_COOKIE, CATCH_UP = "horqin_wrote", dt.timedelta(seconds=10)
"""Says that its browser has just written, as long as a replica may take to follow: it reads where it wrote."""

KNOWN, SECONDS = 10_000, 0.9
"""How many viewers are remembered in a process, and for how long: less than the second within which a token has to
stop working."""

SWEEP_SECONDS = 3600.0

log = logging.getLogger("horqin.visitors")


def sender_of(settings: Settings) -> CodeSender:
    """Return what sends codes in this deployment."""
    if settings.sms_url is None:
        return TerminalSender()
    return GatewaySender(settings.sms_url, settings.sms_token.get_secret_value() if settings.sms_token else None)


class Visitors:
    """Makes the context of each operation."""

    def __init__(
        self,
        settings: Settings,
        reader: Reader,
        engine: AsyncEngine,
        keyring: Keyring,
        replica: Reader | None = None,
    ) -> None:
        """`replica` answers questions, but for those who have just written. Who asks is always read where it is
        written: a session that ended has ended everywhere."""
        self._settings, self._reader, self.engine, self.keyring = settings, reader, engine, keyring
        self._replica = replica
        self._everybody = DISPATCHER if settings.trust_everybody else PUBLIC
        self._sender = sender_of(settings)
        self._team_prefix = read_county(settings.county or default_folder()).team_prefix
        self._known: dict[str, tuple[float, Viewer]] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def reading(self, headers: Mapping[str, str], visit: Visit) -> Context:
        """Return the context of an operation that only reads."""
        token, kind = credentials(headers)
        visit.is_personal = bool(token) or self._settings.trust_everybody
        viewer = await self.viewer(token, kind) if token else self._everybody
        reader = self._reader if self._replica is None or WROTE_COOKIE in cookies_of(headers) else self._replica
        return Context(viewer, reader, self.keyring, visit.id, engine=self.engine, team_prefix=self._team_prefix)

    async def context(self, request: Request, visit: Visit) -> Context:
        """Return the context of any operation: one that signs in or out, or changes what the viewer may, asks again."""
        token, kind = credentials(request.headers)
        context = await self.reading(request.headers, visit)

        async def renew() -> Viewer:
            self.forget([sessions.token_hash(token)])
            return await self.viewer(token, kind) if token else self._everybody

        def door() -> Door:
            life, pending = dt.timedelta(days=self._settings.session_days), request.cookies.get(PENDING_COOKIE, "")

            async def let_in(fresh: str) -> Viewer:
                nonlocal token, kind
                token, kind = fresh, COOKIE
                visit.cookies.append(cookie(self._settings, request, COOKIE, fresh, life))
                if pending:
                    visit.cookies.append(cookie(self._settings, request, PENDING_COOKIE, None, life))
                return await renew()

            def let_out(hashes: Iterable[str], here: bool) -> None:
                self.forget(hashes)
                if here:
                    visit.cookies.append(cookie(self._settings, request, COOKIE, None, life))

            return Door(
                request.client.host if request.client else "",
                request.headers.get("user-agent", ""),
                "WECHAT" if "MicroMessenger" in request.headers.get("user-agent", "") else "WEB",
                self._sender,
                life,
                let_in,
                let_out,
                wechat.pending_openid(self.keyring, pending) if pending else None,
            )

        def primary() -> Reader:
            visit.cookies.append(wrote(self._settings, request))
            return self._reader

        context.door, context.renew, context.primary = door, renew, primary if self._replica else None
        return context

    async def viewer(self, token: str, kind: str) -> Viewer:
        """Return who the token belongs to; the public for one that is not or no longer good."""
        hashed, moment = sessions.token_hash(token), time.monotonic()
        remembered = self._known.get(hashed)
        if remembered is not None and moment - remembered[0] < SECONDS:
            return remembered[1]
        viewer = await (self._by_session(hashed) if kind == COOKIE else self._by_token(hashed))
        self._known.pop(hashed, None)
        if viewer is not PUBLIC:  # made-up tokens do not push out real ones
            if len(self._known) >= KNOWN:
                del self._known[next(iter(self._known))]
            self._known[hashed] = moment, viewer
        return viewer

    def forget(self, hashes: Iterable[str]) -> None:
        """Ask again at the next request."""
        for hashed in hashes:
            self._known.pop(hashed, None)

    async def _by_session(self, hashed: str) -> Viewer:
        found = await known.by_session(self._reader, hashed, dt.timedelta(days=self._settings.idle_days))
        if found is None:
            return PUBLIC
        signed_in, is_stale = found
        if is_stale and signed_in.session_id is not None:
            key = signed_in.session_id
            self._write(lambda session: sessions.touch(session, key))
        return viewer_of(signed_in)

    async def _by_token(self, hashed: str) -> Viewer:
        found = await known.by_token(self._reader, hashed)
        if found is None:
            return PUBLIC
        _, key, scopes, is_stale = found
        if is_stale:
            self._write(lambda session: tokens.touch(session, key))
        return Viewer(frozenset({Role.API_CLIENT}), scopes=scopes)

    def _write(self, work: Callable[[AsyncSession], Awaitable[object]]) -> None:
        """Do a write that no answer waits for, and whose loss costs nothing."""

        async def write() -> None:
            try:
                async with AsyncSession(self.engine) as session, session.begin():
                    await work(session)
            except SQLAlchemyError as error:
                log.warning("last use was not written down: %s", type(error).__name__)

        task = asyncio.create_task(write())
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """Hold the engine open, and delete now and then what nobody needs any more."""
        sweep = asyncio.create_task(self._sweep())
        try:
            yield
        finally:
            sweep.cancel()
            if self._writing:
                await asyncio.wait(self._writing, timeout=5)
            await self.engine.dispose()

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            self._write(tidy.forget_old)
            self._write(operations.forget_old)


def cookie(settings: Settings, request: Request, name: str, value: str | None, life: dt.timedelta) -> str:
    """Return the header that gives the browser a value that no script can read, or takes it away. Where people come by
    https, it goes by nothing else."""
    answer = Response()
    seconds = 0 if value is None else int(life.total_seconds())
    secure = request.url.scheme == "https" or (settings.public_url or "").startswith("https:")
    answer.set_cookie(name, value or "", max_age=seconds, httponly=True, secure=secure, samesite="lax")
    return answer.headers["set-cookie"]


def wrote(settings: Settings, request: Request) -> str:
    """Return the header by which a browser reads its own writes for a while, in whichever process."""
    return cookie(settings, request, WROTE_COOKIE, "1", CATCH_UP)


def cookies_of(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Return the cookies of a request."""
    sent = headers.get("cookie")
    return cookie_parser(sent) if sent else {}


def credentials(headers: Mapping[str, str]) -> tuple[str, str]:
    """Return the token of a request and where it was; two empty texts for none. A program's token goes first."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and bearer.startswith(f"{tokens.PREFIX}_"):
        return bearer.strip(), "bearer"
    cookie = cookies_of(headers).get(COOKIE, "")
    return (cookie, COOKIE) if cookie else ("", "")
