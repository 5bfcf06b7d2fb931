"""Accounts: who signs in, what was granted to them, where they are signed in. Everybody sees their own only."""

import datetime as dt

import strawberry

import models
from schema.labels import label, labels
from schema.people import Person
from schema.places import Division, Unit
from schema.plan.fields import column, many, one, values
from schema.relay import Node, identifier
from schema.teams import Team


@strawberry.type(description="账号，一部手机一个 an account: one phone.")
class Account(Node):
    id: strawberry.ID = identifier("Account")
    phone_masked: str | None = column(models.Account.phone_masked, "手机号（部分隐去） phone with its middle hidden")
    status: models.AccountStatus = column(models.Account.status, "状态 state")
    status_label: str = label(models.Account.status, "状态名称 word for the state")
    has_password: bool = column(lambda row: row.c.password_hash.is_not(None), "设有密码 has a password")
    has_second_factor: bool = column(
        lambda row: row.c.totp_confirmed_at.is_not(None), "设有动态口令 has a second factor"
    )
    signed_in_at: dt.datetime | None = column(models.Account.signed_in_at, "最近登录 last time of signing in")
    grants: list["Grant"] = many(
        models.Account.grants, "授权，收回的也在内 grants, revoked ones too", models.Grant.valid_from, models.Grant.id
    )
    sessions: list["Session"] = many(
        models.Account.sessions,
        "登录的设备，最近的在前 where it is signed in, the latest first",
        lambda row: -row.c.id,
    )
    tokens: list["ApiToken"] = many(models.Account.tokens, "接口令牌 its tokens", models.ApiToken.id)
    created_at: dt.datetime = column(models.Account.created_at, "建立时间 moment of creation")
    version: int = column(models.Account.version, "版本 version, for changes")


@strawberry.type(description="授权：角色及其范围 a role and where it holds.")
class Grant(Node):
    id: strawberry.ID = identifier("Grant")
    account: Account | None = one(models.Grant.account, "账号 the account")
    role: models.Role = column(models.Grant.role, "角色 role")
    role_label: str = label(models.Grant.role, "角色名称 word for the role")
    division: Division | None = one(models.Grant.division, "区划范围 the place, with all below it")
    platform: models.Platform | None = column(models.Grant.platform, "平台范围 the platform")
    platform_label: str | None = label(models.Grant.platform, "平台名称 word for the platform")
    team: Team | None = one(models.Grant.team, "队伍范围 the team")
    unit: Unit | None = one(models.Grant.unit, "单位范围 the unit")
    valid_from: dt.datetime = column(models.Grant.valid_from, "生效时间 valid from")
    valid_until: dt.datetime | None = column(models.Grant.valid_until, "失效时间 valid until")
    revoked_at: dt.datetime | None = column(models.Grant.revoked_at, "收回时间 moment of revocation")
    version: int = column(models.Grant.version, "版本 version, for changes")


@strawberry.type(description="会话：登录的一台设备 a device that is signed in.")
class Session(Node):
    id: strawberry.ID = identifier("Session")
    person: Person | None = one(models.Session.person, "以谁的身份 for whom the account acts there")
    channel: str = column(models.Session.channel, "渠道 through what: WEB, WECHAT")
    device: str | None = column(models.Session.device, "设备 device")
    created_at: dt.datetime = column(models.Session.created_at, "登录时间 moment of signing in")
    seen_at: dt.datetime = column(models.Session.seen_at, "最近使用 last seen, to five minutes")
    expires_at: dt.datetime = column(models.Session.expires_at, "最迟失效 ends at the latest")
    revoked_at: dt.datetime | None = column(models.Session.revoked_at, "退出时间 moment of revocation")


@strawberry.type(description="看板用的接口令牌 a token of a dashboard.")
class ApiToken(Node):
    id: strawberry.ID = identifier("ApiToken")
    name: str = column(models.ApiToken.name, "名称 name")
    prefix: str = column(models.ApiToken.prefix, "前缀 the part of it that may be shown")
    scopes: list[models.TokenScope] = values(models.ApiToken.scopes, models.ApiTokenScope.scope, "范围 what it reads")
    scope_labels: list[str] = labels(models.ApiToken.scopes, models.ApiTokenScope.scope, "范围名称 words for it")
    created_at: dt.datetime = column(models.ApiToken.created_at, "建立时间 moment of creation")
    expires_at: dt.datetime = column(models.ApiToken.expires_at, "失效时间 moment of expiry")
    last_used_at: dt.datetime | None = column(models.ApiToken.last_used_at, "最近使用 last use, to a minute")
    revoked_at: dt.datetime | None = column(models.ApiToken.revoked_at, "收回时间 moment of revocation")
