"""What there is to reach: bare ASGI apps that send the best hand-written SQL's JSON, or a constant."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import asyncpg
import orjson

Message = MutableMapping[str, Any]
Receive, Send = Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]

TEAMS = """
select row_to_json(a)::text from (select row_to_json(b) as teams from (
  select coalesce(json_agg(c), '[]') as nodes from (
  select t.id::text as id, t.code, t.name, t.member_count as "memberCount",
    json_build_object('code', d.code, 'name', d.name) as division,
    case when p.id is not null then json_build_object('id', p.id::text, 'name', p.name) end as leader,
    (select coalesce(json_agg(json_build_object('peopleCount', h.people_count,
        'skill', json_build_object('code', s.code, 'name', s.name)) order by h.people_count desc, h.skill_id), '[]')
      from team_skill h join skill s on s.id = h.skill_id where h.team_id = t.id) as skills
  from team t join division d on d.id = t.division_id left join person p on p.id = t.leader_id
  where t.level = 'VILLAGE' and t.type = $1 order by t.pinyin, t.name, t.id limit 50) c) b) a"""

PEOPLE = """
select row_to_json(a)::text from (select row_to_json(b) as people from (
  select coalesce(json_agg(c), '[]') as nodes from (
  select p.id::text as id, p.name,
    case when d.id is not null then json_build_object('code', d.code, 'name', d.name) end as division,
    (select coalesce(json_agg(json_build_object('level', h.level,
        'skill', json_build_object('code', s.code, 'name', s.name)) order by h.skill_id), '[]')
      from person_skill h join skill s on s.id = h.skill_id where h.person_id = p.id) as skills,
    json_build_object('nodes', (select coalesce(json_agg(json_build_object('role', m.role,
        'team', json_build_object('code', m.code, 'name', m.name))), '[]')
      from (select m.role, t.code, t.name from membership m join team t on t.id = m.team_id where m.person_id = p.id
        order by m.joined_on nulls last, m.id limit 5) m)) as memberships
  from person p left join division d on d.id = p.division_id
  where p.political_status = $1 order by p.pinyin, p.name, p.id limit 20) c) b) a"""

TEAM = """
select row_to_json(a)::text from (select row_to_json(b) as team from (
  select t.code, t.name, t.member_count as "memberCount",
    json_build_object('code', d.code, 'name', d.name, 'parent', case when e.id is not null then
      json_build_object('code', e.code, 'name', e.name, 'parent', case when f.id is not null then
        json_build_object('code', f.code, 'name', f.name) end) end) as division,
    json_build_object('nodes', (select coalesce(json_agg(json_build_object('role', m.role, 'joinedOn', m.joined_on,
        'person', json_build_object('name', p.name, 'skills',
          (select coalesce(json_agg(json_build_object('level', h.level,
              'skill', json_build_object('code', s.code, 'name', s.name)) order by h.skill_id), '[]')
            from person_skill h join skill s on s.id = h.skill_id where h.person_id = p.id)))), '[]')
      from (select m.role, m.joined_on, m.person_id from membership m where m.team_id = t.id and m.status = 'ACTIVE'
        order by m.joined_on nulls last, m.id limit 20) m join person p on p.id = m.person_id)) as members
  from team t join division d on d.id = t.division_id left join division e on e.id = d.parent_id
    left join division f on f.id = e.parent_id
  where t.code = $1) b) a"""

VOLUNTEERS = """
with page as materialized (
  select p.id, p.name, p.birth_year, p.division_id, row_number() over (order by p.pinyin, p.name, p.id) as rank
  from person p
  where exists (select from person_skill h join skill s on s.id = h.skill_id
      where h.person_id = p.id and s.category = any($1::text[]))
    and exists (select from availability v where v.person_id = p.id and v.half_day = any($2::text[])) %s
  order by p.pinyin, p.name, p.id limit 21)
select json_build_object('people', json_build_object(
  'nodes', (select coalesce(json_agg(json_build_object('name', p.name, 'birthYear', p.birth_year, 'division',
      case when d.id is not null then json_build_object('code', d.code, 'name', d.name) end) order by p.rank), '[]')
    from page p left join division d on d.id = p.division_id where p.rank < 21),
  'pageInfo', json_build_object('hasNextPage', (select count(*) > 20 from page),
    'endCursor', (select id::text from page where rank < 21 order by rank desc limit 1))))::text"""
AFTER = "and (p.pinyin, p.name, p.id) > (select pinyin, name, id from person where id = $3::bigint)"

STATS = """
select json_build_object('teamStats', json_agg(json_build_object('level', g.level, 'type', g.type, 'township',
    case when d.id is not null then json_build_object('code', d.code, 'name', d.name) end,
    'teamCount', g.teams, 'memberCount', g.members)))::text
from (select t.level, t.type, case when d.level = 'TOWNSHIP' then d.id else d.township_id end as township,
    count(*) as teams, sum(t.member_count) as members
  from team t join division d on d.id = t.division_id group by 1, 2, 3) g left join division d on d.id = g.township"""

NESTED = """
select json_build_object('divisions', json_build_object('nodes', (select json_agg(json_build_object('code', d.code,
    'name', d.name, 'teams', json_build_object('nodes', (select coalesce(json_agg(json_build_object('code', t.code,
      'name', t.name, 'members', json_build_object('nodes', (select coalesce(json_agg(json_build_object('role', m.role,
        'person', json_build_object('name', p.name))), '[]')
        from (select m.role, m.person_id from membership m where m.team_id = t.id and m.status = 'ACTIVE'
          order by m.joined_on nulls last, m.id limit 10) m join person p on p.id = m.person_id)))), '[]')
      from (select t.id, t.code, t.name from team t where t.division_id between d.id and d.last_id and t.type = $1
        order by t.pinyin, t.name, t.id limit 10) t))))
  from (select id, last_id, code, name from division where level = 'TOWNSHIP' order by id limit 10) d)))::text"""

TINY = """
select json_build_object('team', (select json_build_object('name', name) from team where code = $1))::text"""

APPLY = """
select json_build_object('applyToTeam', json_build_object('id', m.id::text, 'status', m.status))::text
from apply_to_team($1, $2, $3, $4) m"""

STATEMENTS = {
    "teams": (TEAMS, ("type",)),
    "people": (PEOPLE, ("politicalStatus",)),
    "team": (TEAM, ("code",)),
    "volunteers": (VOLUNTEERS % "", ("kinds", "halfDays")),
    "volunteers after": (VOLUNTEERS % AFTER, ("kinds", "halfDays", "after")),
    "stats": (STATS, ()),
    "nested": (NESTED, ("type",)),
    "tiny": (TINY, ("code",)),
    "apply": (APPLY, ("operationId", "accountId", "teamId", "personId")),
}
"""For each operation its statement and the variables that it takes."""


class App:
    """Answers `{"query": operation, "variables": …}`; with a memory it asks the database for each body only once."""

    def __init__(self, remembers: bool) -> None:
        self._memory: dict[bytes, bytes] | None = {} if remembers else None
        self._pool: Any = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(await _body(receive))
            headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": answer})

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._pool = await asyncpg.create_pool(
            os.environ["DATABASE_URL"],
            min_size=1,
            max_size=int(os.environ.get("POOL_SIZE", "8")),
            reset=_nothing,
            server_settings={"jit": "off"},
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self._pool.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, body: bytes) -> bytes:
        if self._memory is None:
            return await self._asked(body)
        if body not in self._memory:
            self._memory[body] = await self._asked(body)
        return self._memory[body]

    async def _asked(self, body: bytes) -> bytes:
        asked = orjson.loads(body)
        variables = asked["variables"]
        sql, names = STATEMENTS[f"{asked['query']} after" if "after" in variables else asked["query"]]
        values = [int(variables[name]) if name == "after" else variables[name] for name in names]
        return b'{"data":%s}' % (await self._pool.fetchval(sql, *values)).encode()


async def _body(receive: Receive) -> bytes:
    message = await receive()
    body: bytes = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    return body


async def _nothing(_: Any) -> None:
    """Leave a connection as it is, as the product does."""


sql, constant = App(remembers=False), App(remembers=True)
