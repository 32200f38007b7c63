-- What is found comes in pages of 60: the latest 60 first, of these the best, and so on. So as few
-- posts are read as a page needs, and there is no end of them.
drop function messaging.search;
drop function messaging.latest;

-- The latest posts that match from `since` on and before `until`, and how good they are: by going
-- back in time post by post, or by the indexes of words if it is about all that was ever posted.
create function messaging.latest(
  wanted tsquery, channel_ids bigint[], chat_ids uuid[], author bigint, at timestamptz,
  since timestamptz, until timestamptz, most integer
) returns setof messaging.found
language plpgsql stable rows 60 security definer
set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_custom_plan
set jit = off
set max_parallel_workers_per_gather = 0
-- The planner knows neither phrases nor words that avoid each other, and takes rows that are in
-- memory for ten times as dear as they are; so it is told.
set enable_seqscan = off
set enable_indexscan = on
set enable_bitmapscan = on
as $$
#variable_conflict use_column
declare
  organization bigint := platform.organization();
  by_words boolean := since = '-infinity';
begin
  perform set_config('enable_indexscan', (not by_words)::text, true),
    set_config('enable_bitmapscan', by_words::text, true);
  return query
  with latest as (
    (select t.id as thread, null::bigint as comment, null::uuid as message, t.search, t.created_at
     from messaging.thread t
     where t.organization_id = organization and t.deleted_at is null and t.search @@ wanted
       and t.created_at >= since and t.created_at < until
       and channel_ids <> '{}' and t.channel_id = any(channel_ids)
       and (author is null or t.author_id = author)
     order by t.created_at desc limit most)
    union all
    (select null, c.id, null, c.search, c.created_at
     from messaging.comment c
     where c.organization_id = organization and c.deleted_at is null and c.search @@ wanted
       and c.created_at >= since and c.created_at < until
       and channel_ids <> '{}' and c.channel_id = any(channel_ids)
       and (author is null or c.author_id = author)
     order by c.created_at desc limit most)
    union all
    (select null, null, m.id, m.search, m.created_at
     from messaging.message m
     where m.organization_id = organization and m.deleted_at is null and m.search @@ wanted
       and m.created_at >= since and m.created_at < until
       and chat_ids <> '{}' and m.chat_id = any(chat_ids)
       and (author is null or m.author_id = author)
     order by m.created_at desc limit most)
    order by created_at desc limit most)
  -- What is three months old counts half.
  select thread, comment, message, created_at,
    ts_rank_cd(search, wanted, 1)
      / (1 + greatest(extract(epoch from at - created_at)::float8, 0) / 7776000)
  from latest;
end $$;

-- The latest that match. First the very latest posts are looked through; how many of them match
-- tells how far back enough are likely to be. If that is too far, the indexes of words find them: at
-- a million posts that pays beyond 8 times the first step, and for words that have to stand together
-- (which each post that has them is looked at for) beyond 25.
create function messaging.enough(
  wanted tsquery, channel_ids bigint[], chat_ids uuid[], author bigint, at timestamptz, most integer
) returns messaging.found[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
  far constant float8 := case when wanted::text ~ '<' then 25 else 8 end;
  since timestamptz := coalesce(messaging.sample_since(), '-infinity');
  until timestamptz := 'infinity';
  step interval := at - since;
  reach float8 := 1;
  more float8;
  found messaging.found[] := '{}';
  many integer;
begin
  if since >= at then since := '-infinity'; end if;
  loop
    found := found || array(select l from messaging.latest(
      wanted, channel_ids, chat_ids, author, at, since, until, most - cardinality(found)) l);
    many := cardinality(found);
    if many >= most or since = '-infinity' then return found; end if;
    -- Twice as far as it takes, should they be spread evenly.
    more := case when many = 0 then far + 1
      else reach * greatest(2.0 * (most - many) / many, 1) end;
    until := since;
    since := case when more > far then '-infinity' else since - step * more end;
    reach := reach + more;
  end loop;
end $$;

-- Where hardly a page matches `wanted`, what matches `wider` is found, too.
create function messaging.search(
  wanted tsquery, wider tsquery, channel_ids bigint[], chat_ids uuid[], author bigint,
  at timestamptz, skipped integer, most integer
) returns setof messaging.found
language plpgsql stable rows 60 security definer set search_path = pg_catalog, pg_temp as $$
declare
  page constant integer := 60;
  pages constant integer := ceil((skipped + most) / page::numeric);
  found messaging.found[] :=
    messaging.enough(wanted, channel_ids, chat_ids, author, at, pages * page);
begin
  -- As text: of queries PostgreSQL takes what goes on and what does not for equal.
  if wider::text <> wanted::text and cardinality(found) < page then
    found := messaging.enough(wider, channel_ids, chat_ids, author, at, pages * page);
  end if;
  return query
  with dated as (
    select f.*, row_number() over (
      order by f.created_at desc, f.thread_id, f.comment_id, f.message_id) - 1 as nth
    from unnest(found) f)
  select d.thread_id, d.comment_id, d.message_id, d.created_at, d.score from dated d
  order by d.nth / page, d.score desc, d.nth
  offset skipped limit most;
end $$;
revoke execute on function messaging.latest, messaging.enough, messaging.search from public;
grant execute on function messaging.search to heddle_app;
