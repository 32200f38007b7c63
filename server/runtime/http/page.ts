import { Readable } from 'node:stream';
import { JsonText } from './reply.ts';

/** Reads up to `limit` rows that come after the one given; undefined means from the beginning. */
export type ReadPage<Row> = (after: Row | undefined, limit: number) => Promise<Row[]>;

const streamRows = 1_000;

/** What surrounds the array when it is not the whole answer; and the headers. */
type Frame = { before?: string; after?: string; headers?: Readonly<Record<string, string>> };

/**
 * All rows as one JSON array, read a page at a time while it is being sent: neither memory nor a
 * database connection is held for as long as the client takes to read.
 */
export async function streamAll<Row>(
  read: ReadPage<Row>,
  show: (row: Row) => unknown,
  frame: Frame = {},
): Promise<JsonText<never>> {
  // The first page is read before the answer begins, so that a failure still has its status.
  const first = await read(undefined, streamRows);
  return new JsonText(Readable.from(pieces(first, read, show, frame)), frame.headers);
}

async function* pieces<Row>(
  first: Row[],
  read: ReadPage<Row>,
  show: (row: Row) => unknown,
  { before = '', after = '' }: Frame,
): AsyncGenerator<string> {
  let rows = first;
  yield `${before}[${join(rows, show)}`;
  while (rows.length === streamRows) {
    rows = await read(rows.at(-1), streamRows);
    if (rows.length > 0) yield `,${join(rows, show)}`;
  }
  yield `]${after}`;
}

/** Answers one page, and where the next one begins if there is one. */
export async function readOnePage<Row>(
  read: ReadPage<Row>,
  after: Row | undefined,
  limit: number,
): Promise<{ rows: Row[]; next: Row | undefined }> {
  const rows = await read(after, limit + 1);
  const page = rows.slice(0, limit);
  return { rows: page, next: rows.length > limit ? page.at(-1) : undefined };
}

function join<Row>(rows: readonly Row[], show: (row: Row) => unknown): string {
  return rows.map((row) => JSON.stringify(show(row))).join(',');
}
