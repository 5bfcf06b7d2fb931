"""`horqin doctor`: what a working installation needs, looked at one by one without changing anything."""

import platform
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from domain import person_places, tallies
from models.reading import open_reader
from web import pages
from web.keys import KeysUnusable, keyring, keys_file
from web.prepare import AWAY, Unprepared, check_migrated, counts, opened, reason
from web.ready import unreadiness
from web.server import Unavailable, listen
from web.settings import Settings


@dataclass(frozen=True)
class Check:
    """One finding, worded for the operator, Chinese first."""

    name: str
    is_well: bool
    finding: str


async def examine(settings: Settings) -> list[Check]:
    """Return every finding, in the order in which they should be mended."""
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    return [
        Check("程序 program", sqlite3.sqlite_version_info >= (3, 35), versions),
        _settings(settings),
        _keys(settings),
        _messages(settings),
        *[check async for check in _database(settings)],
        *[check async for check in _replica(settings)],
        _port(settings),
        *_files(settings),
    ]


def _settings(settings: Settings) -> Check:
    kind = "正式 production" if settings.production else "开发 development"
    trust = "，TRUST_EVERYBODY=1：姓名电话不遮盖 names and phones in clear" if settings.trust_everybody else ""
    return Check("设置 settings", True, f"{kind}, {settings.host}:{settings.port}{trust}")


def _keys(settings: Settings) -> Check:
    name, file = "密钥 keys", keys_file(settings)
    if not settings.secret_keys and not settings.lookup_key and not file.exists():
        return Check(name, True, f"第一次使用时生成 | made at first use: {file}")
    try:
        ring = keyring(settings)
    except KeysUnusable as error:
        return Check(name, False, str(error))
    if settings.secret_keys:
        return Check(name, True, f"SECRET_KEYS, LOOKUP_KEY; {ring.current}")
    if file.stat().st_mode & 0o077:
        return Check(name, False, f"他人可读，请运行 chmod 600 {file} | others can read it: chmod 600 {file}")
    return Check(name, True, f"{file}; {ring.current}")


def _messages(settings: Settings) -> Check:
    name = "短信 messages"
    if settings.sms_url is not None:
        return Check(name, True, "SMS_URL")
    printed = "验证码打印在启动服务的终端 | codes are printed where the server was started"
    return Check(name, not settings.production, f"{printed}; SMS_URL" if settings.production else printed)


async def _replica(settings: Settings) -> AsyncIterator[Check]:
    if settings.read_url is None:
        return
    name, reader = "副本 replica", open_reader(settings.read_url, 1)
    try:
        await reader.start()
        if await reader.fetch("select pg_is_in_recovery()::text", []) != "true":
            yield Check(
                name, False, "READ_DATABASE_URL 不是副本 | it follows no other database: what is written is not there"
            )
        else:
            why = await unreadiness(reader)
            yield Check(name, why is None, why or "可读 | can be read")
    except AWAY as error:
        yield Check(name, False, reason(error))
    finally:
        await reader.close()


async def _database(settings: Settings) -> AsyncIterator[Check]:
    name = "数据库 database"
    try:
        async with opened(settings) as engine:
            yield Check(name, True, engine.url.render_as_string(hide_password=True))
            await check_migrated(engine)
            found = await counts(engine)
            yield Check("内容 contents", True, ", ".join(f"{table} {count}" for table, count in found.items()))
            async with AsyncSession(engine) as session:
                yield _sums(await tallies.drift(session))
                yield _places(await person_places.drift(session))
    except Unprepared as error:
        yield Check(name, False, str(error))
    except AWAY as error:
        yield Check(name, False, reason(error))


def _sums(wrong: int) -> Check:
    name = "汇总 sums"
    if wrong:
        return Check(
            name, False, f"{wrong} 组与队伍不符，请运行 horqin recount | {wrong} are wrong: run horqin recount"
        )
    return Check(name, True, "与队伍相符 | those of the teams")


def _places(wrong: int) -> Check:
    name = "人员归属 places of people"
    if wrong:
        return Check(
            name,
            False,
            f"{wrong} 条与住址和队伍不符，请运行 horqin recount | {wrong} are wrong: run horqin recount",
        )
    return Check(name, True, "与住址和队伍相符 | those of homes and teams")


def _port(settings: Settings) -> Check:
    try:
        listen(settings.host, settings.port).close()
    except Unavailable as error:
        return Check("端口 port", False, str(error))
    return Check("端口 port", True, f"{settings.host}:{settings.port} 可用 | free")


def _files(settings: Settings) -> list[Check]:
    wanted = {"客户端 client": pages.CLIENT / "index.html"}
    if settings.explorer:
        wanted["查询台 explorer"] = pages.EXPLORER / "vendor" / "explorer.js"
    return [
        Check(name, path.exists(), "文件齐全 | files are here" if path.exists() else f"缺少文件 | missing: {path}")
        for name, path in wanted.items()
    ]
