"""Signing in and out: by phone and code, by password, with a second factor; sessions and tokens."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import strawberry
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.refusals import InvalidInput as Invalid
from domain.refusals import LimitReached as Limited
from domain.sign_in import codes, passwords, sessions, wechat
from domain.sign_in.accounts import account_of
from domain.sign_in.limits import TRIES_FROM_ADDRESS, TRIES_OF_ACCOUNT, count
from domain.sign_in.sender import NotSent
from models import Account as Row
from schema.accounts import Account
from schema.context import Context, Door
from schema.people import Person
from schema.problems import InvalidInput, LimitReached
from schema.results import answering
from schema.writing import Info

T = TypeVar("T")
EXPIRES = int(codes.LIFE.total_seconds())
PHONE = "手机号 phone"


@strawberry.input(description="请求验证码 asks for a code.")
class RequestSignInCodeInput:
    phone: str = strawberry.field(description=PHONE)


@strawberry.input(description="用验证码登录 signs in by a code.")
class SignInInput:
    phone: str = strawberry.field(description=PHONE)
    code: str = strawberry.field(description="收到的六位验证码 the six digits that came")


@strawberry.input(description="用密码登录 signs in by a password.")
class SignInWithPasswordInput:
    phone: str = strawberry.field(description=PHONE)
    password: str = strawberry.field(description="密码 password")


@strawberry.type(description="验证码已发出（号码有没有登记都一样） sent, whether or not the phone is known.")
class CodeSent:
    expires_in_seconds: int = strawberry.field(description="几秒后失效 seconds until it ends")


async def _account(info: Info) -> Any:
    return await info.context.read(info, "Account", info.context.viewer.account_id or 0)


async def _person(info: Info) -> Any:
    return await info.context.read(info, "Person", info.context.viewer.person_id or 0)


@strawberry.type(description="已登录 signed in.")
class SignedIn:
    account: Account = strawberry.field(resolver=_account, description="账号 the account")
    person: Person | None = strawberry.field(
        resolver=_person, description="以谁的身份；多人共用手机时先选择 for whom it acts; null until chosen"
    )
    needs_second_factor: bool = strawberry.field(
        description="有角色要等动态口令 whether roles wait for a second factor"
    )


def door_of(context: Context) -> Door:
    """Return what signing in needs. Raises RuntimeError where nobody can sign in."""
    if context.door is None:
        raise RuntimeError("No sign-in here.")
    return context.door()


async def counted(context: Context, work: Callable[[AsyncSession], Awaitable[T]]) -> T:
    """Do something that counts, in a transaction that is kept also when the count says no."""
    async with AsyncSession(context.engine, expire_on_commit=False) as session, session.begin():
        try:
            return await work(session)
        except Limited as limited:
            over = limited
    raise over


async def admit(context: Context, token: str) -> SignedIn:
    """Let the browser in with a new session."""
    context.viewer = await door_of(context).let_in(token)
    return SignedIn(needs_second_factor=bool(context.viewer.waiting))


@strawberry.type
class SignInMutation:
    @answering("请求登录验证码 ask for a code to sign in.", CodeSent, InvalidInput, LimitReached)
    async def request_sign_in_code(self, context: Context, input: RequestSignInCodeInput) -> CodeSent:
        door, phone, ring = door_of(context), codes.phone_number(input.phone), context.keyring

        async def made(session: AsyncSession) -> str:
            await codes.count_request(session, ring, phone, door.address)
            return await codes.make_code(session, ring, phone)

        code = await counted(context, made)
        try:
            await door.sender.send(phone, code)
        except NotSent:
            raise Invalid("phone", "not_sent") from None
        return CodeSent(expires_in_seconds=EXPIRES)

    @answering("用手机号和验证码登录 sign in by phone and code.", SignedIn, InvalidInput, LimitReached)
    async def sign_in(self, context: Context, input: SignInInput) -> SignedIn:
        door, phone, ring = door_of(context), codes.phone_number(input.phone), context.keyring
        tried = await counted(context, lambda session: codes.count_try(session, ring, phone, door.address))
        async with AsyncSession(context.engine, expire_on_commit=False) as session, session.begin():
            await codes.use(session, ring, tried, input.code)
            account = await account_of(session, ring, phone)
            if door.openid is not None:
                await wechat.bind(session, ring, door.openid, account)
            token, _ = await sessions.open_session(
                session, account, channel=door.channel, device=door.device, life=door.session_life
            )
        return await admit(context, token)

    @answering("用手机号和密码登录 sign in by phone and password.", SignedIn, InvalidInput, LimitReached)
    async def sign_in_with_password(self, context: Context, input: SignInWithPasswordInput) -> SignedIn:
        door, phone, ring = door_of(context), codes.phone_number(input.phone), context.keyring

        async def stored(session: AsyncSession) -> tuple[int, str | None]:
            await count(session, ring, TRIES_FROM_ADDRESS, door.address)
            await count(session, ring, TRIES_OF_ACCOUNT, phone)
            known = select(Row.id, Row.password_hash).where(Row.phone_hash == ring.lookup_hash(phone))
            found = (await session.execute(known)).first()
            return (found[0], found[1]) if found else (0, None)

        key, password_hash = await counted(context, stored)
        if not await passwords.matches(password_hash, input.password):
            raise Invalid("password", "credentials")
        fresh = await passwords.renewed(password_hash or "", input.password)
        async with AsyncSession(context.engine, expire_on_commit=False) as session, session.begin():
            account = await session.get_one(Row, key, with_for_update=True)
            if account.password_hash == password_hash:
                account.password_hash = fresh
            elif not await passwords.matches(account.password_hash, input.password):
                raise Invalid("password", "credentials")  # it was replaced while the old one was compared
            token, _ = await sessions.open_session(
                session, account, channel=door.channel, device=door.device, life=door.session_life
            )
        return await admit(context, token)
