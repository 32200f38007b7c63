import type { Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import type { Listing, ListingPage } from '../listing.ts';
import { listOf } from './answers.ts';
import type { Api } from './api.ts';
import { type Association, nameOf } from './objects.ts';
import { Records } from './records.ts';

const whole = { isNullable: false, isWritable: true } as const;

/** One association: two records and what is between them. */
export const associationFields: readonly Field[] = [
  { name: 'from_id', type: { kind: 'int8' }, nativeType: 'number', ...whole },
  { name: 'to_id', type: { kind: 'int8' }, nativeType: 'number', ...whole },
  { name: 'category', type: { kind: 'text' }, nativeType: 'string', ...whole },
  { name: 'type_id', type: { kind: 'int4' }, nativeType: 'number', ...whole },
  {
    ...{ name: 'label', type: { kind: 'text' }, nativeType: 'string' },
    ...{ isNullable: true, isWritable: false },
  },
];
export const associationKey = ['from_id', 'to_id', 'category', 'type_id'] as const;

/** What belongs together, by pages of the records at one end. */
export function associationsOf(api: Api, pair: Association): Listing {
  return {
    ...{ system: 'HubSpot', name: nameOf(pair), fields: associationFields, key: associationKey },
    pages: (from) => pagesOf(api, pair, from),
  };
}

async function* pagesOf(
  api: Api,
  pair: Association,
  from: string | undefined,
): AsyncGenerator<ListingPage> {
  const records = new Records(api, pair.from, []);
  let next = from;
  do {
    const page = await records.list(next);
    next = page.next;
    const inputs = page.records.map(({ id }) => ({ id }));
    yield { rows: await rowsOf(api, pair, inputs), next };
  } while (next !== undefined);
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
    for (const { _from, to: others, paging } of listOf(answer)) {
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
