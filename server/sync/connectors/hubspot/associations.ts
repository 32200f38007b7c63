import type { Row } from '../../values/types.ts';
import { Batch } from '../batch.ts';
import type { Field, Reading, ReadRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { pick } from '../picking.ts';
import type { Api } from './api.ts';
import { type Association, nameOf } from './objects.ts';
import { readPosition } from './position.ts';
import { listOf, Records } from './records.ts';

const whole = { isNullable: false, isWritable: true } as const;

/** One association: two records and what is between them. */
export const associationFields: readonly Field[] = [
  { name: 'from_id', type: { kind: 'int8' }, nativeType: 'number', ...whole },
  { name: 'to_id', type: { kind: 'int8' }, nativeType: 'number', ...whole },
  { name: 'category', type: { kind: 'text' }, nativeType: 'string', ...whole },
  { name: 'type_id', type: { kind: 'int4' }, nativeType: 'number', ...whole },
  {
    name: 'label',
    type: { kind: 'text' },
    nativeType: 'string',
    isNullable: true,
    isWritable: false,
  },
];
export const associationKey = ['from_id', 'to_id', 'category', 'type_id'] as const;

/**
 * Reads all associations, each time: no time is kept of when they change.
 * @throws ConnectorError
 */
export function readAssociations(api: Api, pair: Association, request: ReadRequest): Reading {
  const { part, cursorField, filter } = request;
  if (part || cursorField !== undefined) {
    const message = `HubSpot does not say when "${nameOf(pair)}" change: they are read as a whole.`;
    throw new ConnectorError('request', message, { field: part ? 'keys' : 'cursor_field' });
  }
  const names = request.fields ?? associationFields.map(({ name }) => name);
  const fields = pick(associationFields, names);
  const places = fields.map((field) => associationFields.indexOf(field));
  const batches = batchesOf(api, pair, { places, request });
  return { fields, batches, ...(filter ? { remaining: filter } : {}) };
}

async function* batchesOf(
  api: Api,
  pair: Association,
  { places, request }: { places: readonly number[]; request: ReadRequest },
): AsyncGenerator<Batch> {
  const position = readPosition(request.position);
  if (position.isEnd) return yield Batch.ofRows([], request.position);
  for await (const { rows, next } of pagesOf(api, pair, position.after)) {
    const picked = rows.map((row) => places.map((place) => row[place] ?? null));
    let from = 0;
    for (; from + request.batchRows < picked.length; from += request.batchRows) {
      yield Batch.ofRows(picked.slice(from, from + request.batchRows));
    }
    const mark = next === undefined ? { isEnd: true } : { after: next };
    yield Batch.ofRows(picked.slice(from), JSON.stringify(mark));
  }
}

/** Pages of the records at one end, with what belongs to them. */
export async function* pagesOf(
  api: Api,
  pair: Association,
  from: string | undefined,
): AsyncGenerator<{ rows: Row[]; next: string | undefined }> {
  const records = new Records(api, pair.from, []);
  let after = from;
  do {
    const page = await records.list(after);
    const rows = await rowsOf(...([api, pair, page.records.map(({ id }) => ({ id }))] as const));
    after = page.next;
    yield { rows, next: after };
  } while (after !== undefined);
}

async function rowsOf(
  api: Api,
  { from, to }: Association,
  inputs: readonly { id: string; after?: string }[],
): Promise<Row[]> {
  const rows: Row[] = [];
  let asked = inputs;
  while (asked.length > 0) {
    const answer = await api.associations.getPage(from.path, to.path, { inputs: [...asked] });
    const next: { id: string; after: string }[] = [];
    for (const { _from, to: others, paging } of listOf(answer.results)) {
      for (const { toObjectId, associationTypes } of others) {
        for (const { category, typeId, label } of associationTypes) {
          rows.push([_from.id, String(toObjectId), category, String(typeId), label ?? null]);
        }
      }
      const after = paging?.next?.after;
      if (after !== undefined) next.push({ id: _from.id, after });
    }
    asked = next;
  }
  return rows;
}
