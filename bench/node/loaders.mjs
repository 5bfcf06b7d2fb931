// How the yoga peer reads: node-postgres with prepared statements, and a DataLoader for each relation.
import DataLoader from "dataloader";
import pg from "pg";

pg.types.setTypeParser(pg.types.builtins.DATE, (text) => text);
const pool = new pg.Pool({ connectionString: process.env.NODE_DATABASE_URL, max: Number(process.env.POOL_SIZE ?? 8) });

/** Return the rows of a statement that PostgreSQL keeps prepared under its name. */
export async function rows(name, text, values = []) {
  return (await pool.query({ name, text, values })).rows;
}

const byKey = (table, columns) =>
  new DataLoader(async (keys) => {
    const found = await rows(table, `select ${columns} from ${table} where id = any($1::bigint[])`, [keys]);
    const kept = new Map(found.map((row) => [row.id, row]));
    return keys.map((key) => kept.get(key) ?? null);
  });

/** Load lists: the statement takes the owners as $1 and gives their keys as `owner`. */
const byOwner = (name, text, ...values) =>
  new DataLoader(async (keys) => {
    const kept = new Map(keys.map((key) => [key, []]));
    for (const row of await rows(name, text, [keys, ...values])) kept.get(row.owner).push(row);
    return keys.map((key) => kept.get(key));
  });

const TEAM_SKILLS = `select team_id as owner, skill_id, people_count as "peopleCount" from team_skill
  where team_id = any($1::bigint[]) order by people_count desc, skill_id`;
const PERSON_SKILLS = `select person_id as owner, skill_id, level from person_skill
  where person_id = any($1::bigint[]) order by skill_id, id`;
const MEMBERS = `select owner, page.* from unnest($1::bigint[]) owner cross join lateral (
  select role, person_id, joined_on as "joinedOn" from membership where team_id = owner and status = 'ACTIVE'
  order by joined_on nulls last, id limit $2) page`;
const MEMBERSHIPS = `select owner, page.* from unnest($1::bigint[]) owner cross join lateral (
  select role, team_id from membership where person_id = owner order by joined_on nulls last, id limit $2) page`;
const TEAMS_BELOW = `select place.id as owner, page.* from unnest($1::bigint[]) owner join division place on place.id = owner
  cross join lateral (
    select id, code, name, member_count as "memberCount", division_id, leader_id from team
    where division_id between place.id and place.last_id and type = $2 order by pinyin, name, id limit $3) page`;

export class Loaders {
  divisions = byKey("division", "id, code, name, parent_id");
  people = byKey("person", `id, name, birth_year as "birthYear", division_id`);
  teams = byKey("team", "id, code, name");
  skills = byKey("skill", "id, code, name");
  teamSkills = byOwner("team_skills", TEAM_SKILLS);
  personSkills = byOwner("person_skills", PERSON_SKILLS);
  #pages = new Map();

  members(first) {
    return this.#page(`members ${first}`, () => byOwner("members", MEMBERS, first));
  }

  memberships(first) {
    return this.#page(`memberships ${first}`, () => byOwner("memberships", MEMBERSHIPS, first));
  }

  teamsBelow(type, first) {
    return this.#page(`teams ${type} ${first}`, () => byOwner("teams_below", TEAMS_BELOW, type, first));
  }

  #page(key, make) {
    if (!this.#pages.has(key)) this.#pages.set(key, make());
    return this.#pages.get(key);
  }
}
