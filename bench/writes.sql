-- R7 for the servers that write by a function of the database: an application to a team with the same checks, the same
-- rows and one round trip. (Its event is hashed over the same facts, in another order of words.)
create schema if not exists bench;
create sequence if not exists bench.key start 4000000000000000000;
create or replace function public.apply_to_team(operation_id text, account_id bigint, team_id bigint, person_id bigint)
  returns public.membership language plpgsql volatile as $$
  declare
    made public.membership;
    facts text;
    hashed text;
  begin
    insert into public.operation (account_id, operation_id, input_hash, created_at)
      values (account_id, operation_id, encode(sha256(convert_to(team_id || '/' || person_id, 'UTF8')), 'hex'), now())
      on conflict do nothing;
    if not found then
      select m.* into made from public.operation o join public.membership m on m.id = o.key
        where o.account_id = apply_to_team.account_id and o.operation_id = apply_to_team.operation_id;
      return made;
    end if;
    perform from public.person p where p.id = person_id and p.status in ('PENDING', 'VERIFIED') for update;
    if not found then
      raise exception 'person';
    end if;
    perform from public.team t where t.id = team_id and t.status = 'ACTIVE' for update;
    if not found then
      raise exception 'team';
    end if;
    perform from public.membership m where m.team_id = apply_to_team.team_id and m.person_id = apply_to_team.person_id
      and m.status in ('INVITED', 'APPLIED', 'ACTIVE');
    if found then
      raise exception 'membership';
    end if;
    insert into public.membership (id, team_id, person_id, role, status, proposed_by_id, version, created_at, updated_at)
      values (nextval('bench.key'), team_id, person_id, 'MEMBER', 'APPLIED', account_id, 1, now(), now())
      returning * into made;
    facts := json_build_object('person_id', person_id, 'team_id', team_id, 'version', 1)::text;
    hashed := encode(sha256(convert_to(repeat('0', 64) || made.id || account_id || operation_id || facts, 'UTF8')), 'hex');
    insert into public.event_head (entity, entity_id, count, hash) values ('membership', made.id, 1, hashed);
    insert into public.event (entity, entity_id, number, type, actor_id, actor_role, occurred_at, received_at, channel,
        operation_id, to_status, payload, prev_hash, hash)
      values ('membership', made.id, 1, 'membership.applied', account_id, 'VOLUNTEER', now(), now(), 'WEB',
        operation_id, 'APPLIED', facts, repeat('0', 64), hashed);
    update public.operation o set member = 'Membership', key = made.id
      where o.account_id = apply_to_team.account_id and o.operation_id = apply_to_team.operation_id;
    return made;
  end $$;
