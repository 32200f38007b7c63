import type { EventOf, EventType } from '../../../contract/events.ts';
import type { Db } from '../../runtime/database/database.ts';
import type { Position } from '../../runtime/events/position.ts';
import { selectEnd } from '../../runtime/events/store.ts';

/** What the feed needs to know of an event: it is a reference. */
export type FeedEvent = Position &
  EventOf & {
    organization: number;
    created_at: Date;
    /** How deep whatever made it happen stands: 0 where no workflow did. */
    depth: number;
  };

/** The types of events to read, and the members of their data to leave out. */
export type Asked = { types: readonly EventType[]; unread: readonly string[] };

export type Page = {
  events: FeedEvent[];
  /** Everything at or before it has been read. */
  position: Position;
  /** Nothing more was there. */
  isLast: boolean;
  /** There are younger events that cannot be shown yet, since older ones may still be committed. */
  hasYounger: boolean;
};

type Row = (FeedEvent | { type: null }) & { has_younger: boolean };

/**
 * What follows a position: of one organization, or of all. A page that is not full reaches the end of
 * the log, which moves also when nothing of these types happens.
 */
export async function selectPage(
  db: Db,
  after: Position,
  { types, unread }: Asked,
  organization: number | null,
  limit: number,
): Promise<Page> {
  const end = await selectEnd(db);
  const rows = await db.rows<Row>(
    `select e.*, platform.life() as epoch,
       exists (select from platform.event y where y.transaction >= $6::xid8) as has_younger
     from (values (1)) one
     left join lateral (
       select l.transaction::text, l.sequence, l.organization, l.type, l.subject, l.created_at, l.depth,
         l.data - $7::text[] as data
       from platform.event l
       where (l.transaction, l.sequence) > ($1::xid8, $2::bigint) and l.transaction < $6::xid8
         and l.type = any($3) and ($4::bigint is null or l.organization = $4)
       order by l.transaction, l.sequence
       limit $5) e on true`,
    [after.transaction, after.sequence, types, organization, limit, end.transaction, unread],
  );
  const [first] = rows as [Row];
  const events = rows.filter((row): row is Row & FeedEvent => row.type !== null);
  const isLast = events.length < limit;
  const { transaction, sequence } = isLast ? end : (events.at(-1) as FeedEvent);
  const position = { transaction, sequence, epoch: end.epoch };
  return { events, position, isLast, hasYounger: first.has_younger };
}
