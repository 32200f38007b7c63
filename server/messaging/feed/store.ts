import type { Db } from '../../runtime/database/database.ts';
import type { Position } from '../../runtime/events/position.ts';
import { selectEnd } from '../../runtime/events/store.ts';

/** What the feed needs to know of an event: it is a reference, the text in it is never handed on. */
export type FeedEvent = Position & {
  organization: number;
  type: string;
  subject: string;
  data: EventData;
  created_at: Date;
};

export type EventData = {
  threadID?: string;
  userID?: string;
  memberIDs?: string[];
  privacy?: string;
  previous_privacy?: string;
  place?: string;
  place_id?: string;
  member_id?: string | number;
};

export type Page = {
  events: FeedEvent[];
  /** Everything at or before it has been read. */
  position: Position;
  /** There was no more than this. */
  isLast: boolean;
  /** There are events of transactions that may still have older neighbours: they come later. */
  hasYounger: boolean;
};

type Row = FeedEvent & { has_younger: boolean; type: string | null };

/**
 * What follows a position: of one organization, or of all. A page that is not full reaches the end of
 * the log, which moves also when nothing of these types happens.
 */
export async function selectPage(
  db: Db,
  after: Position,
  types: readonly string[],
  organization: number | null,
  limit: number,
): Promise<Page> {
  const end = await selectEnd(db);
  const rows = await db.rows<Row>(
    `select e.*, platform.life() as life,
       exists (select from platform.event y where y.transaction >= $6::xid8) as has_younger
     from (values (1)) one
     left join lateral (
       select l.transaction::text, l.sequence, l.organization, l.type, l.subject, l.created_at,
         l.data - array['blocks', 'plain', 'mentions', 'files', 'body'] as data
       from platform.event l
       where (l.transaction, l.sequence) > ($1::xid8, $2::bigint) and l.transaction < $6::xid8
         and l.type = any($3) and ($4::bigint is null or l.organization = $4)
       order by l.transaction, l.sequence
       limit $5) e on true`,
    [after.transaction, after.sequence, types, organization, limit, end.transaction],
  );
  const [first] = rows as [Row];
  const events = rows.filter(({ type }) => type !== null);
  const isLast = events.length < limit;
  const { transaction, sequence } = isLast ? end : (events.at(-1) as FeedEvent);
  const position = { transaction, sequence, life: end.life };
  return { events, position, isLast, hasYounger: first.has_younger };
}

/** Of some channels, whether they are private, and who of the users is in them then. */
export async function selectChannelReaders(
  db: Db,
  organization: number,
  channelIds: readonly number[],
  userIds: readonly number[],
): Promise<{ id: number; is_private: boolean; user_ids: number[] }[]> {
  return db.rows<{ id: number; is_private: boolean; user_ids: number[] }>(
    `select c.id, c.is_private, case when c.is_private then coalesce((
       select jsonb_agg(m.user_id) from messaging.channel_member m
       where m.organization_id = $1 and m.channel_id = c.id and m.user_id = any($3)), '[]')
       else '[]' end as user_ids
     from messaging.channel c
     where c.organization_id = $1 and c.id = any($2)`,
    [organization, channelIds, userIds],
  );
}

/** Of some chats, whether they are deleted, and who of the users is in them. */
export async function selectChatReaders(
  db: Db,
  organization: number,
  chatIds: readonly string[],
  userIds: readonly number[],
): Promise<{ id: string; is_deleted: boolean; user_ids: number[] }[]> {
  return db.rows<{ id: string; is_deleted: boolean; user_ids: number[] }>(
    `select c.id, c.deleted_at is not null as is_deleted, coalesce((
       select jsonb_agg(m.user_id) from messaging.chat_member m
       where m.organization_id = $1 and m.chat_id = c.id and m.user_id = any($3)), '[]') as user_ids
     from messaging.chat c
     where c.organization_id = $1 and c.id = any($2)`,
    [organization, chatIds, userIds],
  );
}
