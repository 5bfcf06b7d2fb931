"""Signing in and out through the whole service: who gets in, for how long, and how often it may be tried."""

import asyncio
import datetime as dt
from collections.abc import AsyncIterator

import pyotp
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from domain.sign_in import passwords
from models import Account, AccountStatus, Attempt, Event, Person, Role, Session, SignInCode, now
from tests.web.signing import ASK, ENTER, WHO, Service, asked, done, grant, whole_service

PHONE = "12500000001"
PASSWORD = """mutation ($phone: String!, $password: String!) {
  done: signInWithPassword(input: {phone: $phone, password: $password}) { __typename ... on Problem { message } } }"""
SIGN_OUT = "mutation { done: signOut { sessions } }"


@pytest.fixture
async def service(url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    """The whole service over an empty, migrated database."""
    async with whole_service(monkeypatch, database_url=url) as found:
        yield found


async def test_a_phone_signs_in_by_its_code_and_out_again(service: Service, engine: AsyncEngine) -> None:
    browser = await service.signed_in(PHONE)
    (cookie,) = [c for c in browser.cookies.jar if c.name == "horqin_session"]
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    viewer = (await asked(browser, WHO))["data"]["viewer"]
    assert viewer["roles"] == ["RESIDENT"]
    assert viewer["account"]["phoneMasked"] == "125****0001"
    assert await done(browser, SIGN_OUT) == {"sessions": 1}
    browser.cookies.set("horqin_session", cookie.value or "")
    assert (await asked(browser, WHO))["data"]["viewer"]["roles"] == ["PUBLIC"]
    async with AsyncSession(engine) as session:
        types = list(await session.scalars(select(Event.type).order_by(Event.sequence)))
        stored = await session.scalar(select(Session.token_hash))
    assert types == ["account.created", "account.signed_in", "account.signed_out"]
    assert cookie.value not in (stored or "")


async def test_the_people_of_the_phone_are_the_accounts(service: Service, engine: AsyncEngine) -> None:
    async with AsyncSession(engine) as session, session.begin():
        known = service.keyring.lookup_hash(PHONE)
        session.add(Person(name="王小虎", name_masked="王**", pinyin="wang", search="王", phone_hash=known))
    browser = await service.signed_in(PHONE)
    viewer = (await asked(browser, WHO))["data"]["viewer"]
    assert viewer["roles"] == ["RESIDENT", "VOLUNTEER"]
    assert viewer["person"] == {"name": "王小虎"}


async def test_a_known_and_an_unknown_phone_are_told_the_same(service: Service, engine: AsyncEngine) -> None:
    await grant(engine, service.keyring, PHONE, Role.ADMIN)
    told = [await done(service.browser(), ASK, phone=phone) for phone in (PHONE, "12500000002")]
    assert told[0] == told[1] == {"__typename": "CodeSent", "expiresInSeconds": 300}
    wrong = [
        await done(service.browser(), ENTER, phone=phone, code="x") for phone in (PHONE, "12500000002", "12500000003")
    ]
    assert wrong[0] == wrong[1] == wrong[2]
    assert wrong[0]["problemCode"] == "INVALID_INPUT"


async def test_a_code_is_used_once_and_ends_after_five_minutes(service: Service, engine: AsyncEngine) -> None:
    await service.signed_in(PHONE)
    again = await done(service.browser(), ENTER, phone=PHONE, code=service.sender.codes[PHONE])
    assert again["problemCode"] == "INVALID_INPUT"
    other = "12500000009"
    await done(service.browser(), ASK, phone=other)
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(SignInCode).values(expires_at=now()))
    late = await done(service.browser(), ENTER, phone=other, code=service.sender.codes[other])
    assert late["problemCode"] == "INVALID_INPUT"


async def test_one_message_a_minute(service: Service) -> None:
    assert (await done(service.browser(), ASK, phone=PHONE))["__typename"] == "CodeSent"
    refused = await done(service.browser("10.0.0.9"), ASK, phone=PHONE)
    assert (refused["__typename"], refused["bound"]) == ("LimitReached", 1)


async def test_five_tries_however_they_are_packed(service: Service, engine: AsyncEngine) -> None:
    """Fifty at once, each through a connection of its own, and then the right one."""
    await done(service.browser(), ASK, phone=PHONE)
    right = service.sender.codes[PHONE]
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    answers = await asyncio.gather(
        *(done(service.browser(f"10.0.0.{n}"), ENTER, phone=PHONE, code=wrong) for n in range(15))
    )
    assert {answer["__typename"] for answer in answers} == {"InvalidInput"}
    assert (await done(service.browser(), ENTER, phone=PHONE, code=right))["__typename"] == "InvalidInput"
    async with AsyncSession(engine) as session:
        assert await session.scalar(select(SignInCode.tries)) == 5


async def test_tries_in_one_document_are_refused_whole(service: Service) -> None:
    fields = " ".join(f'a{n}: signIn(input: {{phone: "{PHONE}", code: "{n:06d}"}}) {{ __typename }}' for n in range(2))
    answer = await asked(service.browser(), f"mutation {{ {fields} }}")
    assert answer["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
    batch = await service.browser().post("/graphql", json=[{"query": "{__typename}"}] * 2)
    assert batch.status_code == 400


async def test_tries_are_counted_under_keyed_hashes(service: Service, engine: AsyncEngine) -> None:
    await done(service.browser(), ASK, phone=PHONE)
    await done(service.browser(), ENTER, phone=PHONE, code="x")
    async with AsyncSession(engine) as session:
        subjects = list(await session.scalars(select(Attempt.subject).order_by(Attempt.subject)))
    assert [subject.split(":")[0] for subject in subjects] == [
        "code_address", "code_all", "code_day", "code_minute", "try_address", "try_phone",
    ]  # fmt: skip
    assert not any(PHONE in subject or "127.0.0.1" in subject for subject in subjects)


async def test_a_coordinator_signs_in_by_password_too(service: Service) -> None:
    browser = await service.signed_in(PHONE)
    setting = (
        "mutation ($p: String!, $c: String) { done: setPassword(input: {password: $p, current: $c}) { __typename } }"
    )
    assert (await done(browser, setting, p="1234567890"))["__typename"] == "InvalidInput"
    assert (await done(browser, setting, p="草原上的一匹骏马跑得快"))["__typename"] == "PasswordSet"
    assert (await done(browser, setting, p="另一个很长的密码也可以"))["__typename"] == "InvalidInput"
    entered = await done(service.browser(), PASSWORD, phone=PHONE, password="草原上的一匹骏马跑得快")
    assert entered["__typename"] == "SignedIn"
    wrong = [
        await done(service.browser(), PASSWORD, phone=phone, password="不是这个密码啊")
        for phone in (PHONE, "12500000002")
    ]
    assert wrong[0] == wrong[1]
    assert wrong[0]["__typename"] == "InvalidInput"


async def test_a_password_that_is_replaced_while_it_is_compared_lets_nobody_in(
    service: Service, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = await service.signed_in(PHONE)
    setting = (
        "mutation ($p: String!, $c: String) { done: setPassword(input: {password: $p, current: $c}) { __typename } }"
    )
    old, new = "草原上的一匹骏马跑得快", "换成了另一个很长的密码"
    assert (await done(browser, setting, p=old))["__typename"] == "PasswordSet"
    compare = passwords.matches

    async def while_it_is_replaced(stored: str | None, password: str) -> bool:
        monkeypatch.setattr(passwords, "matches", compare)
        assert await compare(stored, password)
        assert (await done(browser, setting, p=new, c=old))["__typename"] == "PasswordSet"
        return True

    monkeypatch.setattr(passwords, "matches", while_it_is_replaced)
    refused = await done(service.browser(), PASSWORD, phone=PHONE, password=old)
    assert refused["__typename"] == "InvalidInput"
    assert (await done(service.browser(), PASSWORD, phone=PHONE, password=new))["__typename"] == "SignedIn"


async def test_a_dispatcher_needs_the_second_factor(service: Service, engine: AsyncEngine) -> None:
    await grant(engine, service.keyring, PHONE, Role.DISPATCHER)
    browser = await service.signed_in(PHONE)
    viewer = (await asked(browser, WHO))["data"]["viewer"]
    assert (viewer["roles"], viewer["waitingRoles"]) == (["RESIDENT"], ["DISPATCHER"])
    enroll = "mutation { done: enrollSecondFactor { __typename ... on SecondFactor { address } } }"
    secret = pyotp.parse_uri((await done(browser, enroll))["address"])
    confirm = """mutation ($code: String!) {
      done: confirmSecondFactor(input: {code: $code}) { __typename ... on SignedIn { needsSecondFactor } } }"""
    code = secret.now()  # type: ignore[attr-defined]
    assert (await done(browser, confirm, code="000000" if code != "000000" else "1"))["__typename"] == "InvalidInput"
    assert await done(browser, confirm, code=code) == {"__typename": "SignedIn", "needsSecondFactor": False}
    assert "DISPATCHER" in (await asked(browser, WHO))["data"]["viewer"]["roles"]
    assert (await done(browser, confirm, code=code))["__typename"] == "InvalidInput"
    assert (await done(browser, enroll))["__typename"] == "WrongState"


async def test_sessions_end_when_idle_and_in_any_case(service: Service, engine: AsyncEngine) -> None:
    for column in (Session.seen_at, Session.expires_at):
        phone = "12500000021" if column is Session.seen_at else "12500000022"
        browser = await service.signed_in(phone)
        async with AsyncSession(engine) as session, session.begin():
            await session.execute(update(Session).values({column: now() - dt.timedelta(days=31)}))
        await asyncio.sleep(1)
        assert (await asked(browser, WHO))["data"]["viewer"]["roles"] == ["PUBLIC"]


async def test_a_locked_account_is_out_within_a_second(service: Service, engine: AsyncEngine) -> None:
    browser = await service.signed_in(PHONE)
    assert (await asked(browser, WHO))["data"]["viewer"]["roles"] == ["RESIDENT"]
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Account).values(status=AccountStatus.LOCKED))
    await asyncio.sleep(1)
    assert (await asked(browser, WHO))["data"]["viewer"]["roles"] == ["PUBLIC"]


async def test_another_device_is_signed_out_from_here(service: Service, engine: AsyncEngine) -> None:
    here, there = await service.signed_in(PHONE), service.browser()
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Attempt).values(count=0))
    await done(there, ASK, phone=PHONE)
    await done(there, ENTER, phone=PHONE, code=service.sender.codes[PHONE])
    listed = await asked(here, "{ viewer { account { sessions { id revokedAt channel } } } }")
    assert len(listed["data"]["viewer"]["account"]["sessions"]) == 2
    latest = listed["data"]["viewer"]["account"]["sessions"][0]["id"]
    revoke = """mutation ($id: ID) { done: revokeSession(input: {sessionId: $id}) { __typename
      ... on SignedOut { sessions } } }"""
    stranger = await service.signed_in("12500000033")
    assert (await done(stranger, revoke, id=latest))["__typename"] == "NotFound"
    assert await done(here, revoke, id=latest) == {"__typename": "SignedOut", "sessions": 1}
    assert (await asked(there, WHO))["data"]["viewer"]["roles"] == ["PUBLIC"]
    assert (await asked(here, WHO))["data"]["viewer"]["roles"] == ["RESIDENT"]


async def test_a_dashboards_token_reads_what_it_was_given(service: Service, engine: AsyncEngine) -> None:
    account = await grant(engine, service.keyring, PHONE, Role.ADMIN)
    browser = await service.signed_in(PHONE)
    create = """mutation ($until: DateTime!) { done: createApiToken(input: {name: "看板", scopes: [AGGREGATES],
      expiresAt: $until}) { __typename ... on NewApiToken { token prefix } } }"""
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=30)).isoformat()
    refused = await asked(browser, create, until=until)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    async with AsyncSession(engine) as session, session.begin():
        await session.execute(update(Session).values(second_factor_at=Session.created_at))
    await asyncio.sleep(1)
    made = await done(browser, create, until=until)
    assert made["token"].startswith(made["prefix"])
    dashboard = service.browser()
    dashboard.headers["authorization"] = f"Bearer {made['token']}"
    assert (await asked(dashboard, WHO))["data"]["viewer"]["roles"] == ["API_CLIENT"]
    tokens = (await asked(browser, "{ viewer { account { id tokens { id name scopes } } } }"))["data"]["viewer"][
        "account"
    ]
    assert tokens["id"] == f"Account_{account}"
    revoke = "mutation ($id: ID!) { done: revokeApiToken(input: {tokenId: $id}) { __typename } }"
    assert (await done(browser, revoke, id=tokens["tokens"][0]["id"]))["__typename"] == "ApiTokenRevoked"
    assert (await asked(dashboard, WHO))["data"]["viewer"]["roles"] == ["PUBLIC"]


async def test_nothing_personal_may_be_kept_by_a_cache(service: Service) -> None:
    browser = await service.signed_in(PHONE)
    personal = await browser.get("/graphql", params={"query": "{ viewer { account { id } } }"})
    assert personal.headers["cache-control"] == "private, no-cache"
    assert "Cookie" in personal.headers["vary"]
    public = await service.browser().get("/graphql", params={"query": "{ viewer { roles } }"})
    assert public.headers["cache-control"] == "public, no-cache"


async def test_no_token_is_stored_in_clear(service: Service, engine: AsyncEngine) -> None:
    await service.signed_in(PHONE)
    async with AsyncSession(engine) as session:
        assert await session.scalar(select(func.length(Session.token_hash))) == 64
        assert await session.scalar(select(SignInCode.code_hash)) != service.sender.codes[PHONE]
        assert PHONE not in str((await session.execute(select(Account.__table__))).first())
