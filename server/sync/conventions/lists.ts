import type { ReadContext } from '../../platform/context.ts';
import { invalid } from '../../runtime/errors.ts';
import { Reply } from '../../runtime/http/reply.ts';

const limitDefault = 100;
const ofLink = 'must be one of a Link header.';

type Asked = { limit?: number; cursor?: string };

export type Page = { readonly after: string | null; readonly limit: number };

/**
 * What a store is asked for a page: one row more, which tells whether another page follows.
 * @throws AppError 400
 */
export function pageOf({ limit = limitDefault, cursor }: Asked): Page {
  if (cursor !== undefined && !/^[a-z]+_\w+$/.test(cursor)) throw invalid('cursor', ofLink);
  return { after: cursor ?? null, limit: limit + 1 };
}

/** The same of rows that are numbered. @throws AppError 400 */
export function numberedPageOf({ limit = limitDefault, cursor }: Asked) {
  const after = cursor === undefined ? null : Number(cursor);
  if (after !== null && !(Number.isSafeInteger(after) && after >= 0)) {
    throw invalid('cursor', ofLink);
  }
  return { after, limit: limit + 1 };
}

/** A bare array, and where there are more the next page in a Link header (RFC 8288). */
export function answerPage<Row, Shown>(
  { origin }: Pick<ReadContext, 'origin'>,
  { path, query }: { path: string; query: Asked },
  rows: readonly Row[],
  { show, key }: { show(row: Row): Shown; key(row: Row): string },
): Reply<Shown[]> {
  const { limit = limitDefault } = query;
  const page = rows.slice(0, limit);
  const shown = page.map((row) => show(row));
  const last = rows.length > limit ? page.at(-1) : undefined;
  if (last === undefined) return new Reply(shown, {});
  const next = new URLSearchParams({ ...textsOf(query), limit: String(limit), cursor: key(last) });
  return new Reply(shown, { link: `<${origin}${path}?${next}>; rel="next"` });
}

function textsOf(query: object): Record<string, string> {
  return Object.fromEntries(Object.entries(query).map(([name, value]) => [name, String(value)]));
}
