"""The two addresses through which WeChat's own browser signs in: out to WeChat, and back from it."""

import datetime as dt

from sqlalchemy.ext.asyncio import AsyncSession
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from domain.refusals import Refused
from domain.sign_in import sessions, wechat
from schema.problems import problem
from web.settings import Settings
from web.visitors import COOKIE, PENDING_COOKIE, Visitors, cookie, wrote

STATE_COOKIE = "horqin_wechat_state"
BACK = "/wechat/back"


def routes(settings: Settings, visitors: Visitors) -> list[Route]:
    """Return the routes; none when no official account is set."""
    if settings.wechat_app_id is None or settings.wechat_secret is None or settings.public_url is None:
        return []
    secret = settings.wechat_secret.get_secret_value()
    official = wechat.Wechat(
        settings.wechat_app_id, secret, settings.wechat_authorize_url, settings.wechat_api_url.rstrip("/")
    )
    back_to = settings.public_url.rstrip("/") + BACK
    life, short = dt.timedelta(days=settings.session_days), wechat.PENDING

    async def out(request: Request) -> Response:
        state = wechat.new_state()
        answer = RedirectResponse(official.address(back_to, state), 302)
        answer.headers.append("set-cookie", cookie(settings, request, STATE_COOKIE, state, short))
        return answer

    async def back(request: Request) -> Response:
        if not wechat.is_state(request.cookies.get(STATE_COOKIE, ""), request.query_params.get("state", "")):
            raise HTTPException(403, "请从登录页重新开始 | begin again from the sign-in page")
        try:
            openid = await official.openid(request.query_params.get("code", ""))
            token = await _session_of(request, openid)
        except Refused as refused:
            raise HTTPException(403, problem(refused).message) from None
        answer = RedirectResponse("/" if token else "/?bind=wechat", 302)
        answer.headers.append("set-cookie", cookie(settings, request, STATE_COOKIE, None, short))
        kept = (
            cookie(settings, request, COOKIE, token, life)
            if token
            else cookie(settings, request, PENDING_COOKIE, wechat.pending(visitors.keyring, openid), short)
        )
        answer.headers.append("set-cookie", kept)
        if settings.read_url:
            answer.headers.append("set-cookie", wrote(settings, request))
        return answer

    async def _session_of(request: Request, openid: str) -> str | None:
        """Sign in the account that this WeChat user was bound to; None for one who has yet to prove a phone."""
        async with AsyncSession(visitors.engine, expire_on_commit=False) as session, session.begin():
            account = await wechat.account_behind(session, visitors.keyring, openid)
            if account is None:
                return None
            device = request.headers.get("user-agent", "")
            token, _ = await sessions.open_session(session, account, channel="WECHAT", device=device, life=life)
            return token

    return [Route("/wechat", out), Route(BACK, back)]
