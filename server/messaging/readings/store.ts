import type { Db, Tx } from '../../runtime/database/database.ts';
import { isReadable } from '../notices/store.ts';

export type PlaceOf =
  | { channelId: number }
  | { threadId: number }
  | { chatId: string }
  | { inboxOf: number };

type Columns = [channel: number | null, thread: number | null, chat: string | null];

function columnsOf(place: PlaceOf): Columns {
  return [
    'channelId' in place ? place.channelId : null,
    'threadId' in place ? place.threadId : null,
    'chatId' in place ? place.chatId : null,
  ];
}

// Nobody has read what does not exist yet.
const present = `least($6::bigint, coalesce(
    (select last_number from messaging.channel where organization_id = $1 and id = $3),
    (select last_number from messaging.thread where organization_id = $1 and id = $4),
    (select last_number from messaging.chat where organization_id = $1 and id = $5),
    (select last_notice from messaging.user where organization_id = $1 and id = $2)))`;

/** Sets a position, at most to the end of its place; also back, unless told otherwise. */
export function updateReading(
  tx: Tx,
  organization: number,
  userId: number,
  place: PlaceOf,
  number: number,
  back = true,
): void {
  tx.write(
    `insert into messaging.reading as r
       (organization_id, user_id, channel_id, thread_id, chat_id, number)
     values ($1, $2, $3, $4, $5, ${present})
     on conflict (organization_id, user_id, channel_id, thread_id, chat_id)
     do update set number = excluded.number where r.number < excluded.number or $7`,
    [organization, userId, ...columnsOf(place), number, back],
  );
}

/** Moves a position forward, never back. */
export function insertReading(
  tx: Tx,
  organization: number,
  userId: number,
  place: PlaceOf,
  number: number,
): void {
  tx.write(
    `insert into messaging.reading as r
       (organization_id, user_id, channel_id, thread_id, chat_id, number)
     values ($1, $2, $3, $4, $5, $6)
     on conflict (organization_id, user_id, channel_id, thread_id, chat_id)
     do update set number = excluded.number where r.number < excluded.number`,
    [organization, userId, ...columnsOf(place), number],
  );
}

/** Somebody who joins a place has read what was there before. */
export function insertReadings(
  tx: Tx,
  organization: number,
  userIds: readonly number[],
  place: { channelId: number } | { chatId: string },
): void {
  tx.write(
    `insert into messaging.reading (organization_id, user_id, channel_id, chat_id, number)
     select $1, u.id, $3, $4, coalesce(
       (select last_number from messaging.channel where organization_id = $1 and id = $3),
       (select last_number from messaging.chat where organization_id = $1 and id = $4))
     from messaging.user u
     where u.organization_id = $1 and u.id = any($2) and u.member_id is not null
     on conflict do nothing`,
    [
      organization,
      userIds,
      'channelId' in place ? place.channelId : null,
      'chatId' in place ? place.chatId : null,
    ],
  );
}

/** Deletes all positions of a user. */
export function deleteReadings(tx: Tx, organization: number, userId: number): void {
  tx.write('delete from messaging.reading where organization_id = $1 and user_id = $2', [
    organization,
    userId,
  ]);
}

export type ReadingRow = {
  place: 'channel' | 'thread' | 'chat' | 'inbox';
  place_id: string;
  number: number;
  unread: number;
};

// The latest comments are enough: more are not counted.
const latest = `(select m.number, m.created_at from messaging.comment m
    where m.organization_id = $1 and m.thread_id = t.id
    order by m.number desc limit 100)`;

// Known before comments are compared with it: behind the wall that is what an index needs (decision 23).
// Where a thread was never opened, what was there when the member joined its channel is not new.
const position = `case
    when r.number is not null then r.number
    when t.active_at <= j.joined_at then t.last_number
    else coalesce(
      (select max(m.number) from ${latest} m where m.created_at <= j.joined_at),
      greatest(t.last_number - 100, 0))
  end`;

const ofThread = `(select count(*)::int from (
    select from messaging.comment m
    where m.organization_id = $1 and m.thread_id = t.id and m.number > p.number
      and m.deleted_at is null and m.author_id <> me.id
    limit 100) unread)`;

/**
 * How far the user has read in those threads that they may read and opened before, or that have
 * something new in a channel of theirs.
 */
export async function selectThreadReadings(
  db: Db,
  organization: number,
  userId: number,
  threadIds: readonly number[],
): Promise<ReadingRow[]> {
  return db.rows<ReadingRow>(
    threadReadings('select $2::bigint as id', 'select distinct unnest($3::bigint[]) as id'),
    [organization, userId, threadIds],
  );
}

/** The same as a statement; two others select the id of the user, and each thread once. */
export function threadReadings(user: string, threads: string): string {
  return `select place, place_id, number, unread from (
       select 'thread' as place, t.id::text as place_id, p.number, ${ofThread} as unread,
         r.number is not null as is_opened
       from (${user}) me
       cross join (${threads}) asked
       join messaging.thread t on t.organization_id = $1 and t.id = asked.id
       join messaging.channel c on c.organization_id = $1 and c.id = t.channel_id
       left join messaging.channel_member j
         on j.organization_id = $1 and j.channel_id = c.id and j.user_id = me.id
       left join messaging.reading r
         on r.organization_id = $1 and r.user_id = me.id and r.thread_id = t.id
       cross join lateral (select ${position} as number offset 0) p
       where j.user_id is not null or (not c.is_private and r.number is not null)) found
     where is_opened or unread > 0`;
}

// New threads, and threads with something new that was not read in the thread itself.
const ofChannel = `(select count(*)::int from (
    select from messaging.thread t
    left join messaging.reading tr
      on tr.organization_id = $1 and tr.user_id = $2 and tr.thread_id = t.id
    where t.organization_id = $1 and t.channel_id = c.id and t.number > greatest(r.number, 0)
      and t.deleted_at is null and (tr.number is null or exists (
        select from messaging.comment m
        where m.organization_id = $1 and m.thread_id = t.id and m.number > tr.number
          and m.deleted_at is null and m.author_id <> $2))
    limit 100) unread)`;

const ofChat = `(select count(*)::int from (
    select from messaging.message s
    where s.organization_id = $1 and s.chat_id = c.id and s.number > greatest(r.number, 0)
      and s.deleted_at is null and s.author_id <> $2
    limit 100) unread)`;

/** Of the channels and chats that the user is in, and of the inbox. */
export async function selectReadings(
  db: Db,
  organization: number,
  userId: number,
): Promise<ReadingRow[]> {
  return db.rows<ReadingRow>(
    `select 'channel' as place, c.id::text as place_id, coalesce(r.number, 0) as number,
       case when c.last_number > coalesce(r.number, 0) then ${ofChannel} else 0 end as unread
     from messaging.channel c
     join messaging.channel_member j
       on j.organization_id = $1 and j.channel_id = c.id and j.user_id = $2
     left join messaging.reading r
       on r.organization_id = $1 and r.user_id = $2 and r.channel_id = c.id
     where c.organization_id = $1
     union all
     select 'chat', c.id::text, coalesce(r.number, 0),
       case when c.last_number > coalesce(r.number, 0) then ${ofChat} else 0 end
     from messaging.chat c
     join messaging.chat_member j on j.organization_id = $1 and j.chat_id = c.id and j.user_id = $2
     left join messaging.reading r on r.organization_id = $1 and r.user_id = $2 and r.chat_id = c.id
     where c.organization_id = $1 and c.deleted_at is null
     union all
     select 'inbox', $2::bigint::text, coalesce(r.number, 0), (select count(*)::int from (
       select from messaging.notice n
       where n.organization_id = $1 and n.user_id = $2 and n.number > greatest(r.number, 0)
         and ${isReadable}
       limit 100) unread)
     from messaging.user u
     left join messaging.reading r
       on r.organization_id = $1 and r.user_id = $2
         and r.channel_id is null and r.thread_id is null and r.chat_id is null
     where u.organization_id = $1 and u.id = $2`,
    [organization, userId],
  );
}
