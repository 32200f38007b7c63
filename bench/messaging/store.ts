import type { Tx } from '../../server/runtime/database/database.ts';

/** How many different words there are; the nth is as frequent as 1/n (Zipf). */
export const vocabulary = 50_000;

// Digits as letters: the more frequent, the shorter; the most frequent has three.
const digits = "'0123456789', 'aeioubdlmn'";
const wordAt = (rank: string) => `translate((99 + ${rank})::int::text, ${digits})`;

/** The word of a rank, as it stands in the texts. */
export function wordOf(rank: number): string {
  return String(99 + rank).replace(/\d/g, (digit) => 'aeioubdlmn'[Number(digit)] ?? '');
}

/** Some words for row n: 6 to 18 of them. */
const words = `(select string_agg(${wordAt(`floor(power(${vocabulary}, random()))`)}, ' ')
  from generate_series(1, 6 + (n % 13)::int))`;

/** Over the last two years, in their order. */
const time =
  "date_trunc('second', now() - make_interval(secs => 63000000.0 * ($4::bigint - n) / $4))";

export type Places = { channels: number[]; chats: string[] };

/** Channels and chats with a user in them; every fourth channel is private, and not the user's. */
export async function insertPlaces(
  tx: Tx,
  organization: number,
  userIds: readonly number[],
  { channels, chats }: { channels: number; chats: number },
): Promise<Places> {
  const [row] = await tx.rows<Places>(
    `with name as (
       insert into messaging.name (organization_id, id, kind)
       select $1, 20000000000 + n, 'channel' from generate_series(1, $3::int) n returning id),
     channel as (
       insert into messaging.channel (organization_id, id, name, is_private, created_at)
       select $1, id, 'channel-' || id, id % 4 = 0, now() from name returning id, is_private),
     chat as (
       insert into messaging.chat (organization_id, name, created_at)
       select $1, 'Chat ' || n, now() from generate_series(1, $4::int) n returning id),
     joined as (
       insert into messaging.channel_member (organization_id, channel_id, user_id)
       select $1, id, user_id from channel, unnest($2::bigint[]) user_id where not is_private),
     in_chat as (
       insert into messaging.chat_member (organization_id, chat_id, user_id)
       select $1, id, user_id from chat, unnest($2::bigint[]) user_id)
     select (select jsonb_agg(id) from channel) as channels, (select jsonb_agg(id) from chat) as chats`,
    [organization, userIds, channels, chats],
  );
  return row as Places;
}

type Range = { from: number; to: number; of: number };

/** Threads number `from` to `to` of `of`, in the channels in turn. */
export async function insertThreads(
  tx: Tx,
  organization: number,
  { userId, channels }: { userId: number; channels: readonly number[] },
  { from, to, of }: Range,
): Promise<void> {
  await tx.rows(
    `insert into messaging.name (organization_id, id, kind)
     select $1, 30000000000 + n, 'thread' from generate_series($2::int, $3::int) n`,
    [organization, from, to],
  );
  await tx.rows(
    `insert into messaging.thread (organization_id, id, channel_id, author_id, blocks, plain,
       share_token, created_at, active_at, number)
     select $1, 30000000000 + n, ($6::bigint[])[1 + n % cardinality($6::bigint[])], $5,
       array[text], text, 'token', time, time, n
     from (select n, ${words} as text, ${time} as time
       from generate_series($2::bigint, $3::bigint) n) made`,
    [organization, from, to, of, userId, channels],
  );
}

/** Comments on the first threads in turn. */
export async function insertComments(
  tx: Tx,
  organization: number,
  { userId, threads }: { userId: number; threads: number },
  { from, to, of }: Range,
): Promise<void> {
  await tx.rows(
    `insert into messaging.name (organization_id, id, kind)
     select $1, 50000000000 + n, 'comment' from generate_series($2::int, $3::int) n`,
    [organization, from, to],
  );
  await tx.rows(
    `insert into messaging.comment (organization_id, id, thread_id, channel_id, author_id, blocks,
       plain, created_at, number)
     select $1, 50000000000 + n, t.id, t.channel_id, $5, array[text], text, time, n
     from (select n, ${words} as text, ${time} as time
       from generate_series($2::bigint, $3::bigint) n) made
     join messaging.thread t
       on t.organization_id = $1 and t.id = 30000000001 + made.n % $6::bigint`,
    [organization, from, to, of, userId, threads],
  );
}

/** Messages in the chats in turn. */
export async function insertMessages(
  tx: Tx,
  organization: number,
  { userId, chats }: { userId: number; chats: readonly string[] },
  { from, to, of }: Range,
): Promise<void> {
  await tx.rows(
    `insert into messaging.message (organization_id, chat_id, author_id, body, plain, created_at,
       number)
     select $1, ($6::uuid[])[1 + n % cardinality($6::uuid[])], $5, text, text, time, n
     from (select n, ${words} as text, ${time} as time
       from generate_series($2::bigint, $3::bigint) n) made`,
    [organization, from, to, of, userId, chats],
  );
}

/** The places count what was put into them. */
export async function updateCounts(tx: Tx, organization: number): Promise<void> {
  await tx.rows(
    `update messaging.channel c set last_number = coalesce((
       select max(number) from messaging.thread t
       where t.organization_id = $1 and t.channel_id = c.id), 0)
     where organization_id = $1`,
    [organization],
  );
  await tx.rows(
    `update messaging.chat c set last_number = coalesce((
       select max(number) from messaging.message s
       where s.organization_id = $1 and s.chat_id = c.id), 0)
     where organization_id = $1`,
    [organization],
  );
}

/** The users that the members of an organization are. */
export async function selectOwnUsers(tx: Tx, organization: number): Promise<number[]> {
  const rows = await tx.rows<{ id: number }>(
    `select id from messaging.user
     where organization_id = $1 and member_id is not null order by member_id`,
    [organization],
  );
  return rows.map(({ id }) => id);
}

/** What the indexes of a table take, in bytes, and the table itself. */
export async function selectSizes(
  db: Pick<Tx, 'rows'>,
  table: string,
): Promise<{ name: string; bytes: number }[]> {
  return db.rows<{ name: string; bytes: number }>(
    `select c.relname as name, pg_relation_size(c.oid) as bytes from pg_class c
     where c.oid = $1::regclass or c.oid in (select indexrelid from pg_index where indrelid = $1::regclass)
     order by c.relkind desc, c.relname`,
    [table],
  );
}

/** What drops the indexes that posts are searched by, and what makes them. */
export const wordIndexes = `select 'drop index ' || c.oid::regclass as drop, pg_get_indexdef(c.oid) as make
  from pg_class c
  where c.oid in ('messaging.thread_search'::regclass, 'messaging.comment_search'::regclass,
    'messaging.message_search'::regclass)`;
