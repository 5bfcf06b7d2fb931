// What the yoga peer answers, and how.
import { readFileSync } from "node:fs";
import { rows } from "./loaders.mjs";

export const typeDefs = readFileSync(new URL("./schema.graphql", import.meta.url), "utf8");

const TEAM = `select id, code, name, member_count as "memberCount", division_id, leader_id from team`;
const PEOPLE = `select id, name, birth_year as "birthYear", division_id from person p`;
// Only the conditions that a request has: with `$1 is null or …` PostgreSQL finds no good plan for all.
const CONDITIONS = [
  ["status", ({ where }) => where.politicalStatus?.eq, (at) => `political_status = ${at}`],
  [
    "kinds",
    ({ where }) => where.skills?.some.skill.category.in,
    (at) => `exists (select from person_skill s join skill k on k.id = s.skill_id
      where s.person_id = p.id and k.category = any(${at}::text[]))`,
  ],
  [
    "half-days",
    ({ where }) => where.halfDays?.hasAny,
    (at) => `exists (select from availability a where a.person_id = p.id and a.half_day = any(${at}::text[]))`,
  ],
  [
    "after",
    ({ after }) => after,
    (at) => `(pinyin, name, id) > (select pinyin, name, id from person where id = ${at}::bigint)`,
  ],
];
const STATS = `select t.level, t.type, case when d.level = 'TOWNSHIP' then d.id else d.township_id end as township_id,
  count(*)::int as "teamCount", sum(t.member_count)::int as "memberCount"
  from team t join division d on d.id = t.division_id group by 1, 2, 3`;

const division = (row, _, { loaders }) => row.division_id && loaders.divisions.load(row.division_id);
const skill = (row, _, { loaders }) => loaders.skills.load(row.skill_id);
const page = async (nodes) => ({ nodes: await nodes });

export const resolvers = {
  Query: {
    team: async (_, { code }) => (await rows("team_by_code", `${TEAM} where code = $1`, [code]))[0] ?? null,
    teams: (_, { first, where }) =>
      page(
        rows("teams", `${TEAM} where level = $1 and type = $2 order by pinyin, name, id limit $3`, [
          where.level.eq,
          where.type.eq,
          first,
        ]),
      ),
    people: async (_, asked) => {
      const given = CONDITIONS.filter(([, read]) => read(asked) != null);
      const where = given.map(([, , condition], at) => condition(`$${at + 2}`)).join(" and ") || "true";
      const text = `${PEOPLE} where ${where} order by pinyin, name, id limit $1`;
      const values = [asked.first + 1, ...given.map(([, read]) => read(asked))];
      const found = await rows(`people ${given.map(([name]) => name)}`, text, values);
      const nodes = found.slice(0, asked.first);
      return { nodes, pageInfo: { hasNextPage: found.length > asked.first, endCursor: nodes.at(-1)?.id } };
    },
    divisions: (_, { first, where }) =>
      page(rows("divisions", "select id, code, name from division where level = $1 order by id limit $2", [where.level.eq, first])),
    teamStats: () => rows("stats", STATS),
  },
  Division: {
    parent: (row, _, { loaders }) => row.parent_id && loaders.divisions.load(row.parent_id),
    teams: (row, { first, where }, { loaders }) => page(loaders.teamsBelow(where.type.eq, first).load(row.id)),
  },
  Team: {
    division,
    leader: (row, _, { loaders }) => row.leader_id && loaders.people.load(row.leader_id),
    skills: (row, _, { loaders }) => loaders.teamSkills.load(row.id),
    members: (row, { first }, { loaders }) => page(loaders.members(first).load(row.id)),
  },
  TeamSkill: { skill },
  TeamStat: { township: (row, _, { loaders }) => row.township_id && loaders.divisions.load(row.township_id) },
  Person: {
    division,
    skills: (row, _, { loaders }) => loaders.personSkills.load(row.id),
    memberships: (row, { first }, { loaders }) => page(loaders.memberships(first).load(row.id)),
  },
  PersonSkill: { skill },
  Membership: {
    person: (row, _, { loaders }) => loaders.people.load(row.person_id),
    team: (row, _, { loaders }) => loaders.teams.load(row.team_id),
  },
};
