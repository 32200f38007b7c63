-- How text is searched: without case and accents, in runs of letters and digits, so that the parts
-- of addresses, file names and versions are words, too.
create function messaging.words(plain text) returns text
language sql immutable strict parallel safe
return regexp_replace(
  lower(regexp_replace(normalize(plain, NFKD), '[\u0300-\u036f]+', '', 'g')),
  '[^[:alnum:]]+', ' ', 'g');

alter table messaging.thread drop column search,
  add column search tsvector
    generated always as (to_tsvector('simple', messaging.words(plain))) stored;
alter table messaging.comment drop column search,
  add column search tsvector
    generated always as (to_tsvector('simple', messaging.words(plain))) stored;
alter table messaging.message drop column search,
  add column search tsvector
    generated always as (to_tsvector('simple', messaging.words(plain))) stored;

-- Rare words are found by these, …
create index thread_search on messaging.thread using gin (search)
  with (gin_pending_list_limit = 512);
create index comment_search on messaging.comment using gin (search)
  with (gin_pending_list_limit = 512);
create index message_search on messaging.message using gin (search)
  with (gin_pending_list_limit = 512);
-- … and common ones by going back in time until there are enough.
create index thread_by_time on messaging.thread (organization_id, created_at)
  where deleted_at is null;
create index comment_by_time on messaging.comment (organization_id, created_at)
  where deleted_at is null;
create index message_by_time on messaging.message (organization_id, created_at)
  where deleted_at is null;

-- A query of what somebody typed: each text is a word or several that stand together, of which the
-- last may go on (`goes_on`), or none of which may be there (`excluded`). No text is a syntax error.
create function messaging.query(texts text[], goes_on boolean[], excluded boolean[]) returns tsquery
language plpgsql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
declare
  whole tsquery;
  part tsquery;
begin
  for i in 1 .. coalesce(array_length(texts, 1), 0) loop
    part := phraseto_tsquery('simple', messaging.words(texts[i]));
    continue when numnode(part) = 0;
    if goes_on[i] then part := (part::text || ':*')::tsquery; end if;
    if excluded[i] then part := !!part; end if;
    whole := case when whole is null then part else whole && part end;
  end loop;
  return whole;
end $$;

-- The three that follow pass row-level security by, which would keep the indexes of words from being
-- used, because @@ may tell of rows that it should not see. They hold the organization themselves,
-- and find only in the places that they are given.
create type messaging.found as (
  thread_id bigint, comment_id bigint, message_id uuid, created_at timestamptz, score float8
);

-- The latest posts that match, none older than `since`, and how good they are: by going back in time
-- post by post, or else by the indexes of words.
create function messaging.latest(
  wanted tsquery, channel_ids bigint[], chat_ids uuid[], author bigint, at timestamptz,
  since timestamptz, goes_back boolean, most integer
) returns setof messaging.found
language plpgsql stable rows 200 security definer
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
begin
  perform set_config('enable_indexscan', goes_back::text, true),
    set_config('enable_bitmapscan', (not goes_back)::text, true);
  return query
  with latest as (
    (select t.id as thread, null::bigint as comment, null::uuid as message, t.search, t.created_at
     from messaging.thread t
     where t.organization_id = organization and t.deleted_at is null and t.search @@ wanted
       and t.created_at >= since
       and channel_ids <> '{}' and t.channel_id = any(channel_ids)
       and (author is null or t.author_id = author)
     order by t.created_at desc limit most)
    union all
    (select null, c.id, null, c.search, c.created_at
     from messaging.comment c
     where c.organization_id = organization and c.deleted_at is null and c.search @@ wanted
       and c.created_at >= since
       and channel_ids <> '{}' and c.channel_id = any(channel_ids)
       and (author is null or c.author_id = author)
     order by c.created_at desc limit most)
    union all
    (select null, null, m.id, m.search, m.created_at
     from messaging.message m
     where m.organization_id = organization and m.deleted_at is null and m.search @@ wanted
       and m.created_at >= since
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

-- When the 2,000th latest post of one kind was made: there are at most that many of each since.
create function messaging.sample_since() returns timestamptz
language sql stable security definer set search_path = pg_catalog, pg_temp
return greatest(
  (select created_at from messaging.thread
   where organization_id = platform.organization() and deleted_at is null
   order by created_at desc offset 2000 limit 1),
  (select created_at from messaging.comment
   where organization_id = platform.organization() and deleted_at is null
   order by created_at desc offset 2000 limit 1),
  (select created_at from messaging.message
   where organization_id = platform.organization() and deleted_at is null
   order by created_at desc offset 2000 limit 1));

-- Of the latest 200 posts that match, the best first. How many of the very latest match tells how to
-- find the others: what every thirtieth post says by going back, what is rarer by the indexes of
-- words, from when on 200 are likely to be there, and what hardly any says from the beginning.
create function messaging.search(
  wanted tsquery, channel_ids bigint[], chat_ids uuid[], author bigint, at timestamptz,
  skipped integer, most integer
) returns setof messaging.found
language plpgsql stable rows 50 security definer set search_path = pg_catalog, pg_temp as $$
declare
  enough constant integer := 200;
  sampled timestamptz := messaging.sample_since();
  since timestamptz;
  found messaging.found[];
  many integer;
begin
  if sampled < at then
    found := array(select l from messaging.latest(
      wanted, channel_ids, chat_ids, author, at, sampled, true, enough) l);
    many := cardinality(found);
    if many between 4 and enough - 1 then
      since := at - (at - sampled) * (2.0 * enough / many);
      found := array(select l from messaging.latest(
        wanted, channel_ids, chat_ids, author, at, since, many > 70, enough) l);
      many := cardinality(found);
    end if;
  end if;
  if many is null or many < enough then
    found := array(select l from messaging.latest(
      wanted, channel_ids, chat_ids, author, at, '-infinity', false, enough) l);
  end if;
  return query
  select f.* from unnest(found) f
  order by f.score desc, f.created_at desc, f.thread_id, f.comment_id, f.message_id
  offset skipped limit most;
end $$;
revoke execute on function messaging.latest, messaging.sample_since, messaging.search from public;
grant execute on function messaging.search to heddle_app;

-- Members make keys and revoke them; that a key was used is noted for them to see.
grant insert, update (revoked_at) on platform.api_key to heddle_app;
