import type { Row } from '../../values/types.ts';
import type { Batch, Unread } from '../batch.ts';
import type { Reading, ReadRequest } from '../connector.ts';
import { batchesOf } from '../cutting.ts';
import { ConnectorError } from '../failure.ts';
import { partOf } from '../http/part.ts';
import { withTypes } from '../loose.ts';
import { pick } from '../picking.ts';
import { readPosition, writePosition } from '../sql/position.ts';
import type { WorkdayClient } from './client.ts';
import { type Instance, type InstanceField, rowOf } from './instances.ts';
import { Listing, type Place } from './listing.ts';

type From = {
  readonly client: WorkdayClient;
  readonly path: string;
  readonly fields: readonly InstanceField[];
};
type Page = { readonly instances: readonly Instance[]; readonly position: string | undefined };

/** Everything each time: the API does not say what is new. */
export function readInstances({ client, path, fields: own }: From, request: ReadRequest): Reading {
  if (request.cursorField !== undefined) {
    const message = `What is new cannot be found by ${request.cursorField}: leave it out, and everything is read.`;
    throw new ConnectorError('request', message, { field: 'cursor_field' });
  }
  const described = withTypes(own, request.types) as readonly InstanceField[];
  const fields = pick(described, request.fields ?? described.map(({ name }) => name));
  const needed = [...new Set([...fields, ...pick(described, request.key)])];
  const places = fields.map((field) => needed.indexOf(field));
  const { part, signal } = request;
  const isAsked = part && !('keys' in part) ? partOf({ ...request, part }, needed) : undefined;

  async function* batches(): AsyncGenerator<Batch> {
    for await (const { instances, position } of pages()) {
      const unread: Unread[] = [];
      const rows = instances.flatMap((instance) => {
        const { row, problem } = rowOf(instance, needed);
        if (isAsked && !isAsked(row)) return [];
        const picked = places.map((place) => row[place] ?? null);
        if (!problem) return [picked];
        unread.push({ row: picked, ...problem });
        return [];
      });
      yield* batchesOf(rows, request, position, unread);
    }
  }

  async function* pages(): AsyncGenerator<Page> {
    if (part && 'keys' in part) return yield* byKey({ client, path }, request, part.keys);
    const position = readPosition<never>(request.position) as Partial<Place> & { isEnd?: true };
    if (position.isEnd && !part) return yield { instances: [], position: request.position };
    const { offset = 0, last, total } = part ? {} : position;
    const from = {
      offset,
      ...(last === undefined ? {} : { last }),
      ...(total === undefined ? {} : { total }),
    };
    for await (const { instances, place } of new Listing(client, path, signal).pages(from)) {
      yield { instances, position: part ? request.position : place && JSON.stringify(place) };
    }
    const end = part ? request.position : writePosition({ isEnd: true });
    yield { instances: [], position: end };
  }

  return { fields, batches: batches(), ...(request.filter ? { remaining: request.filter } : {}) };
}

async function* byKey(
  { client, path }: Omit<From, 'fields'>,
  request: Pick<ReadRequest, 'key' | 'position' | 'signal'>,
  keys: readonly Row[],
): AsyncGenerator<Page> {
  const [key] = request.key;
  if (key !== 'id' || request.key.length > 1) {
    const message = 'Instances are found by their "id" only.';
    throw new ConnectorError('request', message, { field: 'key' });
  }
  for (const [id = null] of keys) {
    const found = id === null ? undefined : await client.instance(path, id, request.signal);
    yield { instances: found ? [found] : [], position: request.position };
  }
}
