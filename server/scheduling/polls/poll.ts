import type { Static } from 'typebox';
import type { SinceQuery } from '../../../contract/shapes.ts';
import type { ReadContext } from '../../platform/context.ts';
import type { Db } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { type ReadPage, readOnePage, streamAll } from '../../runtime/http/page.ts';
import { type Answering, Reply } from '../../runtime/http/reply.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import { readInstant } from '../../runtime/instants.ts';
import { findHorizon } from './horizon.ts';
import {
  beginning,
  later,
  type Order,
  type Position,
  readCursor,
  writeCursor,
} from './position.ts';

type Query = Static<typeof SinceQuery>;

/** Reads a page of a poll: rows of a practice after a position and before a time. */
export type Page = {
  practiceId: number;
  order: Order;
  after: Position;
  until: Date;
  limit: number;
};

/**
 * What was added to a practice or changed in it since an instant, in that order: everything, as a
 * stream, or a page with a Link to the next one. Nothing ever appears before a position that was
 * already answered.
 * @throws AppError 404 for a practice out of reach, 400 for a malformed `since` or `cursor`
 */
export async function poll<Row, Shown extends object>(
  ctx: ReadContext,
  { practice, noun, query }: { practice: string; noun: string; query: Query },
  select: (db: Db, page: Page) => Promise<(Row & Position)[]>,
  show: (row: Row) => Shown,
): Promise<Answering<Shown[]>> {
  const { order, start } = readStart(query);
  const practiceId = lookupId('practice', practice);
  const { until } = await findHorizon(ctx, practiceId, start.at);
  const read: ReadPage<Row & Position> = async (last, limit) => {
    const after = last ?? start;
    return after.at < until ? select(ctx.latest, { practiceId, order, after, until, limit }) : [];
  };
  const end = later(start, { at: until, id: 0 });
  if (query.limit === undefined) return streamAll(read, show, { headers: nextCursor(order, end) });
  const { rows, next } = await readOnePage(read, undefined, query.limit);
  const headers = nextCursor(order, next ?? end);
  const path = `/scheduling/practices/${shortId('practice', practiceId)}/${noun}`;
  const link = next && { link: linkTo(path, { ...query, cursor: writeCursor(order, next) }) };
  return new Reply(rows.map(show), { ...headers, ...link });
}

/** `since` is inclusive: the position is before every id of that instant. */
function readStart(query: Query): { order: Order; start: Position } {
  const { since, updated_since: changed, cursor } = query;
  if (since !== undefined && changed !== undefined) {
    throw invalid('updated_since', 'cannot be combined with since: send one of them.');
  }
  const from = since ?? changed;
  const asked = from === undefined ? undefined : since === undefined ? 'updated' : 'created';
  const instant = from === undefined ? undefined : readInstant(from, fieldOf(asked));
  const start = instant ? { at: instant, id: 0 } : beginning;
  if (cursor === undefined) return { order: asked ?? 'created', start };
  const { order, position } = readCursor(cursor);
  if (asked && asked !== order) {
    throw invalid('cursor', `belongs to a poll by ${fieldOf(order)}, not by ${fieldOf(asked)}.`);
  }
  return { order, start: later(position, start) };
}

function fieldOf(order: Order | undefined) {
  return order === 'updated' ? 'updated_since' : 'since';
}

function nextCursor(order: Order, position: Position) {
  return { 'x-next-cursor': writeCursor(order, position) };
}

/** RFC 8288; the path is relative to whatever origin the client knows this server by. */
function linkTo(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `<${path}?${new URLSearchParams(given)}>; rel="next"`;
}
