import type { Json } from '../../values/types.ts';
import type { Description, QueryRequest } from '../connector.ts';
import { type HttpPage, Loop } from '../http/pages.ts';
import type { Calls } from './calls.ts';
import type { Condition } from './conditions.ts';

const pageRecordsMax = 1_000;

export type Wanted = {
  readonly object: Description;
  readonly fields: readonly string[] | undefined;
  readonly filter: readonly Condition[];
  readonly limit: number;
  readonly from: string | undefined;
  readonly signal: AbortSignal;
  /** Asks for an order, by `query`. */
  readonly orderBy?: QueryRequest['orderBy'] | undefined;
};

/** The pages of an object, each asked for when it is wanted. @throws ConnectorError */
export async function* pagesOf(calls: Calls, wanted: Wanted): AsyncGenerator<HttpPage> {
  const { object, fields, filter, limit, signal, orderBy } = wanted;
  const asked = {
    object: object.name,
    fields: fields ? [...fields] : null,
    filter: [...filter],
    limit: Math.min(limit, pageRecordsMax),
  };
  const loop = new Loop(object.name);
  let cursor = wanted.from ?? null;
  do {
    const page = { ...asked, cursor };
    const answer = orderBy
      ? await calls.call('query', { ...page, order_by: [...orderBy] }, signal)
      : await calls.call('read', page, signal);
    cursor = answer.next_cursor || null;
    if (cursor !== null) loop.refuse(cursor);
    const records = answer.records as { [name: string]: Json }[];
    yield { records, next: cursor ?? undefined };
  } while (cursor !== null);
}
