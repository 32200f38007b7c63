import { check } from '../../filters/check.ts';
import { parseFilter } from '../../filters/parse.ts';
import type { ReadRequest, Session } from '../connector.ts';

type Asked = Omit<Partial<ReadRequest>, 'position'> & {
  readonly position?: string | undefined;
  readonly batchesMax?: number;
};

/** Everything that a session reads, each record as its cells. */
export async function readAll(session: Session, object: string, request: Asked = {}) {
  const { batchesMax = Number.POSITIVE_INFINITY, position, ...asked } = request;
  const { key } = await session.describe(object);
  const reading = await session.read({
    ...{ object, key, batchBytes: 1 << 20, batchRows: 1_000 },
    signal: new AbortController().signal,
    ...asked,
    ...(position === undefined ? {} : { position }),
  });
  const batches = [];
  for await (const batch of reading.batches) {
    batches.push(batch);
    if (batches.length === batchesMax) break;
  }
  return {
    fields: reading.fields,
    remaining: reading.remaining,
    batches,
    rows: batches.flatMap(({ rows }) => rows),
    unread: batches.flatMap(({ unread }) => unread),
    position: batches.findLast(({ position }) => position !== undefined)?.position,
  };
}

/** A filter, fitted to the fields of an object. */
export async function filterOf(session: Session, object: string, text: string) {
  const { fields } = await session.describe(object);
  return check(parseFilter(text, 'filter'), fields);
}
