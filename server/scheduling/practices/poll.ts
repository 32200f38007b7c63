import type { Static } from 'typebox';
import type { SinceQuery } from '../../../contract/shapes.ts';
import type { ReadContext } from '../../platform/context.ts';
import { AppError, invalid } from '../../runtime/errors.ts';
import { type ReadPage, readOnePage, streamAll } from '../../runtime/http/page.ts';
import { type Answering, Reply } from '../../runtime/http/reply.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import { readInstant } from '../../runtime/instants.ts';
import { selectPracticeId } from './store.ts';

/** A place in what was created in a practice: by time, then by id. */
export type Created = { created_at: Date; id: number };

type Query = Static<typeof SinceQuery>;

const beginning: Created = { created_at: new Date(0), id: 0 };

/**
 * What was created in a practice since an instant, in the order of its creation: everything, as a
 * stream, or a page with a Link to the next one.
 * @throws AppError 404 for a practice out of reach, 400 for a `since` or `cursor` that is none
 */
export async function poll<Row extends Created, Shown extends object>(
  ctx: ReadContext,
  { practice, noun, query }: { practice: string; noun: string; query: Query },
  select: (practiceId: number, after: Created, limit: number) => Promise<Row[]>,
  show: (row: Row) => Shown,
): Promise<Answering<Shown[]>> {
  const since = query.since === undefined ? undefined : readInstant(query.since, 'since');
  const cursor = query.cursor === undefined ? undefined : readCursor(query.cursor);
  const id = readId('practice', practice) ?? 0;
  const practiceId = await selectPracticeId(ctx.db, ctx.organization, id, ctx.caller.practiceIds);
  if (practiceId === undefined) throw new AppError('not_found');

  // Created at the instant itself counts as since: no id is below 1.
  const start = later(cursor, since && { created_at: since, id: 0 });
  const read: ReadPage<Row> = (after, limit) => select(practiceId, after ?? start, limit);
  if (query.limit === undefined) return streamAll(read, show);
  const { rows, next } = await readOnePage(read, undefined, query.limit);
  const body = rows.map(show);
  if (!next) return body;
  const path = `/scheduling/practices/${shortId('practice', practiceId)}/${noun}`;
  return new Reply(body, { link: linkTo(path, { ...query, cursor: writeCursor(next) }) });
}

function later(one: Created | undefined, other: Created | undefined): Created {
  if (!one || !other) return one ?? other ?? beginning;
  return one.created_at < other.created_at ? other : one;
}

/** RFC 8288; the path is relative to whatever origin the client knows this server by. */
function linkTo(path: string, query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return `<${path}?${new URLSearchParams(given)}>; rel="next"`;
}

function writeCursor({ created_at, id }: Created): string {
  return `${created_at.getTime().toString(36)}-${id.toString(36)}`;
}

function readCursor(text: string): Created {
  const [, time, id] = /^([0-9a-z]{1,11})-([0-9a-z]{1,11})$/.exec(text) ?? [];
  const created_at = new Date(Number.parseInt(time ?? '', 36));
  if (!id || Number.isNaN(created_at.getTime()) || created_at.getUTCFullYear() > 9999) {
    throw invalid('cursor', 'must be taken from the Link header of a page.');
  }
  return { created_at, id: Number.parseInt(id, 36) };
}
