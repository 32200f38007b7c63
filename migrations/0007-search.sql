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

-- Of the latest 500 posts that match, the best first. Row-level security would keep the indexes of
-- words from being used, because @@ may tell of rows that it should not see; so this passes it by,
-- holds the organization itself, and finds only in the places that it is given.
create function messaging.search(
  wanted tsquery, channel_ids bigint[], chat_ids uuid[], author bigint, at timestamptz,
  skipped integer, most integer
) returns table (thread_id bigint, comment_id bigint, message_id uuid)
language plpgsql stable rows 50 security definer
set search_path = pg_catalog, pg_temp
-- By the words of each query another plan is the right one.
set plan_cache_mode = force_custom_plan
set jit = off
as $$
#variable_conflict use_column
declare
  organization bigint := platform.organization();
  -- The planner takes words that stand together for as frequent as the words; said twice, a phrase
  -- is about as rare as it is.
  phrase tsquery := case when wanted::text like '%<->%' then wanted end;
begin
  return query
  with latest as (
    (select t.id as thread, null::bigint as comment, null::uuid as message, t.search, t.created_at
     from messaging.thread t
     where t.organization_id = organization and t.deleted_at is null and t.search @@ wanted
       and (phrase is null or t.search @@ phrase)
       and channel_ids <> '{}' and t.channel_id = any(channel_ids)
       and (author is null or t.author_id = author)
     order by t.created_at desc limit 500)
    union all
    (select null, c.id, null, c.search, c.created_at
     from messaging.comment c
     where c.organization_id = organization and c.deleted_at is null and c.search @@ wanted
       and (phrase is null or c.search @@ phrase)
       and channel_ids <> '{}' and c.channel_id = any(channel_ids)
       and (author is null or c.author_id = author)
     order by c.created_at desc limit 500)
    union all
    (select null, null, m.id, m.search, m.created_at
     from messaging.message m
     where m.organization_id = organization and m.deleted_at is null and m.search @@ wanted
       and (phrase is null or m.search @@ phrase)
       and chat_ids <> '{}' and m.chat_id = any(chat_ids)
       and (author is null or m.author_id = author)
     order by m.created_at desc limit 500)
    order by created_at desc limit 500)
  select thread, comment, message
  from latest
  -- What is three months old counts half.
  order by ts_rank_cd(search, wanted, 1)
      / (1 + greatest(extract(epoch from at - created_at), 0) / 7776000) desc,
    created_at desc, thread, comment, message
  offset skipped limit most;
end $$;
revoke execute on function messaging.search from public;
grant execute on function messaging.search to heddle_app;

-- Members make keys and revoke them; that a key was used is noted for them to see.
grant insert, update (revoked_at) on platform.api_key to heddle_app;
