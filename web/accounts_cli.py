"""`horqin account`: what an operator does about accounts at the server's own terminal."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from models.sealed import Keyring
    from web.settings import Settings

T = TypeVar("T")

account = typer.Typer(
    no_args_is_help=True, help="账号 · Accounts: the first administrator, who holds what, signing out."
)

Phone = Annotated[str, typer.Argument(help="The phone, 11 digits.", show_default=False)]


async def _within(settings: "Settings", work: Callable[["AsyncSession", "Keyring"], Awaitable[T]]) -> T:
    """Do something in one transaction. Raises Unprepared with the refusal's words."""
    from sqlalchemy.ext.asyncio import AsyncSession

    from domain.refusals import Refused
    from schema.problems import problem
    from web.keys import keyring
    from web.prepare import Unprepared, check_migrated, opened

    async with opened(settings) as engine:
        await check_migrated(engine)
        try:
            async with AsyncSession(engine, expire_on_commit=False) as session, session.begin():
                return await work(session, keyring(settings))
        except Refused as refused:
            raise Unprepared(problem(refused).message) from None


@account.command("create-admin")
def create_admin(
    phone: Phone,
    another: Annotated[bool, typer.Option("--another", help="Although there is an administrator already.")] = False,
) -> None:
    """建立管理员 · Make the phone's account an administrator.

    Prints the address of its second factor once: make a QR code of it, or type its secret into an authenticator.
    Sign in by phone and code, then give the six digits. `horqin account second-factor` replaces a lost authenticator.
    """
    from domain.sign_in import admin
    from web.cli import fail, run, settings

    async def work(session: "AsyncSession", ring: "Keyring") -> str:
        from domain.refusals import WrongState

        try:
            return await admin.create_admin(session, ring, phone, another=another)
        except WrongState:
            fail("已有管理员，确实要再建一个请加 --another | there is an administrator: --another makes one more")

    address = run(_within(settings(), work))
    typer.echo("管理员已建立，请把这个地址存入动态口令验证器（只显示一次） | made; for the authenticator, shown once:")
    typer.echo(address)


@account.command("list")
def list_accounts() -> None:
    """列出账号 · List the accounts that hold a granted role, phones masked."""
    from domain.sign_in import admin
    from web.cli import run, settings

    found = run(_within(settings(), lambda session, _: admin.listed(session)))
    for phone, status, roles in found:
        typer.echo(f"{phone}  {status}  {', '.join(roles)}")
    if not found:
        typer.echo("还没有授权的账号 | nobody holds a role yet: horqin account create-admin")


@account.command("second-factor")
def second_factor(phone: Phone) -> None:
    """更换动态口令 · Make a new second factor for somebody who lost the authenticator. Every session ends.

    Be sure who asks: with the phone and the new second factor everything is open that the account may do.
    """
    from domain.sign_in import admin
    from web.cli import run, settings

    address = run(_within(settings(), lambda session, ring: admin.replace_second_factor(session, ring, phone)))
    typer.echo("请把这个地址存入动态口令验证器（只显示一次） | for the authenticator, shown once:")
    typer.echo(address)


@account.command("set-password")
def set_password(phone: Phone) -> None:
    """设置密码 · Ask for a new password, twice, and set it. Every session ends."""
    from domain.sign_in import admin, passwords
    from web.cli import run, settings

    chosen = settings()
    password = typer.prompt("新密码 | new password", hide_input=True, confirmation_prompt=True)

    async def work(session: "AsyncSession", ring: "Keyring") -> int:
        return await admin.set_password(session, ring, phone, await passwords.hashed(password))

    count = run(_within(chosen, work))
    typer.echo(f"密码已设置，退出了 {count} 台设备 | the password is set, signed out from {count} devices")


@account.command("sign-out")
def sign_out(phone: Phone) -> None:
    """全部退出 · End every session of an account, when a phone was lost."""
    from domain.sign_in import admin
    from web.cli import run, settings

    count = run(_within(settings(), lambda session, ring: admin.sign_out(session, ring, phone)))
    typer.echo(f"退出了 {count} 台设备 | signed out from {count} devices")
