-- What peers ask for where tables alone do not say it: a view for grouped counts, with PostGraphile's smart comment for
-- its foreign key; a computed column of PostGraphile for the teams of a place and below; and, for BerryQL, which relates
-- rows by a column that equals a key, a view that names each team's township, served by the index of teams by township.
create schema if not exists bench;
create or replace view bench.team_stat as
  select t.level, t.type, case when d.level = 'TOWNSHIP' then d.id else d.township_id end as township_id,
    count(*)::int as team_count, sum(t.member_count)::int as member_count
  from public.team t join public.division d on d.id = t.division_id
  group by 1, 2, 3;
comment on view bench.team_stat is E'@foreignKey (township_id) references public.division (id)';
create or replace function public.division_teams_below(place public.division, kind text) returns setof public.team
  language sql stable as $$
    select t.* from public.team t where t.division_id between place.id and place.last_id and t.type = kind
    order by t.pinyin, t.name, t.id
  $$;
create or replace view bench.township_team as
  select t.id, t.code, t.name, t.pinyin, t.type, d.id as township_id
  from public.team t join public.division d on d.id / 1000 = t.division_id / 1000
  where d.level = 'TOWNSHIP';
