"""Mutations of who is signed in: out again, on which devices, for whom, with which second factor and tokens."""

import datetime as dt

import strawberry
from sqlalchemy.ext.asyncio import AsyncSession

from domain.acts import Act
from domain.refusals import InvalidInput as Invalid
from domain.refusals import NotFound as Missing
from domain.sign_in import passwords, sessions, tokens, totp
from domain.sign_in.limits import TRIES_OF_ACCOUNT, count
from models import Account as Row
from models import TokenScope, now
from schema.context import Context
from schema.problems import InvalidInput, LimitReached, NotFound, WrongState
from schema.results import answering
from schema.sign_in import SignedIn, counted, door_of
from schema.writing import NOBODY, key


@strawberry.input(description="动态口令 a code of the second factor.")
class ConfirmSecondFactorInput:
    code: str = strawberry.field(description="验证器上的六位数字 the six digits of the authenticator")


@strawberry.input(description="以谁的身份 for whom to act.")
class ActForInput:
    person_id: strawberry.ID = strawberry.field(description="这部手机登记的人 a person of this phone")


@strawberry.input(description="要退出的设备 which device to sign out.")
class RevokeSessionInput:
    session_id: strawberry.ID | None = strawberry.field(
        default=None, description="会话，不填就是全部 the session; all of them when left out"
    )


@strawberry.input(description="新密码 a new password.")
class SetPasswordInput:
    password: str = strawberry.field(description="新密码，至少 10 个字符 the new one, at least 10 characters")
    current: str | None = strawberry.field(default=None, description="现在的密码 the one until now")


@strawberry.input(description="新令牌 a new token.")
class CreateApiTokenInput:
    name: str = strawberry.field(description="名称 what it is for")
    scopes: list[TokenScope] = strawberry.field(description="范围 what it reads beyond public data")
    expires_at: dt.datetime = strawberry.field(description="失效时间，一年以内 when it ends, within a year")


@strawberry.input(description="要收回的令牌 which token to revoke.")
class RevokeApiTokenInput:
    token_id: strawberry.ID = strawberry.field(description="令牌 the token")


@strawberry.type(description="已退出 signed out.")
class SignedOut:
    sessions: int = strawberry.field(description="退出了几台设备 from how many devices")


@strawberry.type(description="新的动态口令，请用验证器扫描 a new second factor, for an authenticator to read.")
class SecondFactor:
    address: str = strawberry.field(description="otpauth 地址 its address")


@strawberry.type(description="密码已设置 the password was set.")
class PasswordSet:
    at: dt.datetime = strawberry.field(description="时间 when")


@strawberry.type(description="新令牌，只显示这一次 a new token, shown this once.")
class NewApiToken:
    token: str = strawberry.field(description="令牌全文 the whole token")
    prefix: str = strawberry.field(description="前缀 the part of it that may be shown")


@strawberry.type(description="令牌已收回 the token was revoked.")
class ApiTokenRevoked:
    prefix: str = strawberry.field(description="前缀 the part of it that may be shown")


async def _own(session: AsyncSession, context: Context) -> Row:
    return await session.get_one(Row, context.viewer.account_id, with_for_update=True)


@strawberry.type
class SessionMutation:
    @answering("退出登录 sign out here.", SignedOut)
    async def sign_out(self, context: Context) -> SignedOut:
        return await _signed_out(context, [context.viewer.session_id or NOBODY], here=True)

    @answering("让一台或全部设备退出 sign one device out, or all of them.", SignedOut, NotFound)
    async def revoke_session(self, context: Context, input: RevokeSessionInput) -> SignedOut:
        chosen = None if input.session_id is None else [key("Session", input.session_id) or NOBODY]
        here = chosen is None or context.viewer.session_id in chosen
        return await _signed_out(context, chosen, here=here)

    @answering("选择以谁的身份 choose for whom to act.", SignedIn, NotFound, InvalidInput)
    async def act_for(self, context: Context, input: ActForInput) -> SignedIn:
        async with AsyncSession(context.engine) as session, session.begin():
            act = Act(context.viewer, context.keyring)
            await sessions.act_for(session, act, key("Person", input.person_id))
        return await _renewed(context)

    @answering("启用动态口令 begin with a second factor.", SecondFactor, WrongState)
    async def enroll_second_factor(self, context: Context) -> SecondFactor:
        async with AsyncSession(context.engine) as session, session.begin():
            account = await _own(session, context)
            address = await totp.enroll(session, context.keyring, account)
            await Act(context.viewer, context.keyring).record(session, account, "account.second_factor_begun")
        return SecondFactor(address=address)

    @answering("输入动态口令 give a code of the second factor.", SignedIn, InvalidInput, LimitReached)
    async def confirm_second_factor(self, context: Context, input: ConfirmSecondFactorInput) -> SignedIn:
        ring, subject = context.keyring, f"totp:{context.viewer.account_id}"
        await counted(context, lambda session: count(session, ring, TRIES_OF_ACCOUNT, subject))
        async with AsyncSession(context.engine) as session, session.begin():
            account = await _own(session, context)
            await totp.confirm(session, ring, account, context.viewer.session_id or NOBODY, input.code)
            await Act(context.viewer, ring).record(session, account, "account.second_factor")
        return await _renewed(context)

    @answering("设置密码 set a password.", PasswordSet, InvalidInput, LimitReached)
    async def set_password(self, context: Context, input: SetPasswordInput) -> PasswordSet:
        ring, subject = context.keyring, f"password:{context.viewer.account_id}"
        await counted(context, lambda session: count(session, ring, TRIES_OF_ACCOUNT, subject))
        hashed = await passwords.hashed(input.password)
        async with AsyncSession(context.engine) as session:
            stored = (await session.get_one(Row, context.viewer.account_id)).password_hash
        if stored is not None and not await passwords.matches(stored, input.current or ""):
            raise Invalid("current", "credentials")
        async with AsyncSession(context.engine) as session, session.begin():
            account, act = await _own(session, context), Act(context.viewer, ring)
            if stored is None:
                await sessions.check_fresh(session, context.viewer.session_id)
            here = context.viewer.session_id
            ended = await passwords.replace(session, account, hashed, act.actor, here=here)
        door_of(context).let_out(ended, False)
        return PasswordSet(at=now())

    @answering("建立接口令牌 make a token for a dashboard.", NewApiToken, InvalidInput)
    async def create_api_token(self, context: Context, input: CreateApiTokenInput) -> NewApiToken:
        async with AsyncSession(context.engine, expire_on_commit=False) as session, session.begin():
            act = Act(context.viewer, context.keyring)
            token, made = await tokens.create(session, act, input.name, input.scopes, input.expires_at)
        return NewApiToken(token=token, prefix=made.prefix)

    @answering("收回接口令牌 revoke a token.", ApiTokenRevoked, NotFound)
    async def revoke_api_token(self, context: Context, input: RevokeApiTokenInput) -> ApiTokenRevoked:
        async with AsyncSession(context.engine, expire_on_commit=False) as session, session.begin():
            act = Act(context.viewer, context.keyring)
            revoked = await tokens.revoke(session, act, key("ApiToken", input.token_id))
        door_of(context).let_out([revoked.token_hash], False)
        return ApiTokenRevoked(prefix=revoked.prefix)


async def _signed_out(context: Context, chosen: list[int] | None, *, here: bool) -> SignedOut:
    assert context.viewer.account_id is not None
    try:
        async with AsyncSession(context.engine) as session, session.begin():
            hashes = await sessions.end(session, context.viewer.account_id, chosen)
    except Missing:
        if not here:
            raise
        hashes = []  # it was ended meanwhile: who signs out is out
    door_of(context).let_out(hashes, here)
    return SignedOut(sessions=len(hashes))


async def _renewed(context: Context) -> SignedIn:
    assert context.renew is not None
    context.viewer = await context.renew()
    return SignedIn(needs_second_factor=bool(context.viewer.waiting))
