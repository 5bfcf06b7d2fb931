"""Values that nobody may meet again are planted in rows and requests; then every output is searched for them."""

import asyncio
import logging
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from models import Base
from tests.schema import rows
from tests.web.signing import ENTER, Service, done, whole_service
from web.logs import JsonLines, ReadableLines

PHONE, OTHER, CODE = "12599990001", "12599990002", "424242"
NAME, ETHNICITY, NOTE, PASSWORD = "金丝雀乌兰", "金丝雀族", "金丝雀会养蜂", "金丝雀的密码写得很长很长"
BORN, CERTIFICATE = "1987-06-05", "CANARY-77"
CANARIES = (PHONE, OTHER, "金丝雀", BORN, CERTIFICATE)

REGISTER = """mutation ($input: RegisterPersonInput!) { done: registerPerson(input: $input) {
  __typename ... on Person { id } ... on Problem { message } } }"""
SKILLS = """mutation ($input: SetSkillsInput!) { done: setSkills(input: $input) {
  __typename ... on Person { id } ... on Problem { message } } }"""
PASSWORDS = """mutation ($p: String!) { done: setPassword(input: {password: $p}) { __typename } }"""
WITH_PASSWORD = """mutation ($phone: String!, $p: String!) {
  done: signInWithPassword(input: {phone: $phone, password: $p}) { __typename } }"""

SECRET_TABLES = ("event", "event_head", "attempt", "operation", "sign_in_code", "session")
"""Tables in which no clear value may stand at all."""


@pytest.fixture
async def service(url: str, engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Service]:
    await rows.fill(engine)
    async with whole_service(monkeypatch, database_url=url) as found:
        yield found


async def live(service: Service, engine: AsyncEngine) -> list[str]:
    """Let the canaries into the service by every door; return what strangers were answered."""
    browser = await service.signed_in(PHONE)
    given: dict[str, Any] = {
        "operationId": str(uuid.uuid4()), "divisionId": "Division_152222102200", "name": NAME, "birthDate": BORN,
        "ethnicity": ETHNICITY, "skillNote": NOTE, "guardian": {"name": NAME, "phone": OTHER},
    }  # fmt: skip
    registered = await done(browser, REGISTER, input=given)
    assert registered["__typename"] in ("Person", "NotFound")
    own = "{ viewer { people { id name phone version } } }"
    (person,) = (await post(browser, own))["data"]["viewer"]["people"]
    assert (person["name"], person["phone"]) == (NAME, PHONE)
    ability = {"skillId": "Skill_51", "certificateNumber": CERTIFICATE}
    change = {"operationId": str(uuid.uuid4()), "personId": person["id"], "expectedVersion": 1, "skills": [ability]}
    assert (await done(browser, SKILLS, input=change))["__typename"] == "Person"
    assert (await done(browser, PASSWORDS, p=PASSWORD))["__typename"] == "PasswordSet"
    stranger = service.browser()
    heard = [
        await post(stranger, "query ($i: ID!) { person(id: $i) { name } node(id: $i) { id } }", i=person["id"]),
        await post(stranger, '{ people(where: {name: {eq: "%s"}}) { totalCount } }' % NAME),  # noqa: UP031
        await done(stranger, WITH_PASSWORD, phone=PHONE, p=PASSWORD + "!"),
        await done(stranger, ENTER, phone=PHONE, code=CODE),
    ]
    for broken in (
        f'{{ people(where: {{birthYear: {{eq: "{BORN}"}}}}) {{ totalCount }} }}',
        f"{{ {NAME} }}",
        f'query {{ teams(after: "{PHONE}") {{ totalCount }} }}',
        f'{{ team(code: "{NAME}") {{ salary }} }}',
    ):
        await post(stranger, broken)  # told to whoever sent it, and to nobody else
    await post(stranger, "query ($w: PersonWhere) { people(where: $w) { totalCount } }", w={"phone": OTHER})
    return [str(item) for item in heard]


async def post(browser: Any, query: str, **variables: Any) -> Any:
    return (await browser.post("/graphql", json={"query": query, "variables": variables})).json()


def found_in(texts: list[str]) -> list[str]:
    return [canary for canary in (*CANARIES, PASSWORD) if any(canary in text for text in texts)]


async def test_no_canary_comes_out_where_it_was_not_asked_for(
    service: Service, engine: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "horqin")
    heard = await live(service, engine)
    await asyncio.sleep(0)  # lines are written when the loop's turn ends
    assert found_in(heard) == []
    lines = [form.format(record) for record in caplog.records if record.name.startswith("horqin")
             for form in (JsonLines(), ReadableLines())]  # fmt: skip
    assert len("\n".join(lines).splitlines()) > 20
    assert found_in(lines) == []
    metrics = (await service.browser().get("/metrics")).text
    assert "horqin_requests_total" in metrics
    assert found_in([metrics]) == []
    async with AsyncSession(engine) as session:
        for name in SECRET_TABLES:
            stored = [str(row) for row in await session.execute(select(Base.metadata.tables[name]))]
            assert found_in(stored) == [], name
        everything = [
            str(value)
            for table in Base.metadata.sorted_tables
            for row in await session.execute(text(f'select * from "{table.name}"'))
            for value in row
        ]
    assert found_in(everything) == ["金丝雀", CERTIFICATE]  # names, notes and certificates are kept in clear
