import { type JsonObject, objectIn } from '../../values/members.ts';
import type { Cell, Row } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import { bodyOf } from '../http/answer.ts';
import type { SapClient } from './client.ts';
import type { Version } from './config.ts';
import type { SapField } from './fields.ts';
import { cellOf } from './values.ts';

export type Read = {
  readonly row: Row;
  readonly problem?: { readonly field: string; readonly reason: string };
};
export type Page = { readonly records: readonly JsonObject[]; readonly next: URL | undefined };

/** Of what a request may ask for by name; beyond that it asks for all. */
const selectCharactersMax = 1_500;

/** One answer, and where the service says that it goes on. @throws ConnectorError */
export async function pageAt(
  client: SapClient,
  url: URL,
  { version, signal }: { version: Version; signal: AbortSignal },
): Promise<Page> {
  const answer = await client.get(url, signal);
  const body = objectIn(bodyOf(answer));
  const inner = version === 'v2' ? body?.d : body;
  const list =
    version === 'v4' ? body?.value : Array.isArray(inner) ? inner : objectIn(inner)?.results;
  if (!Array.isArray(list)) {
    const member = version === 'v2' ? 'd.results' : 'value';
    throw new ConnectorError('configuration', `${answer.place} answers no list "${member}".`);
  }
  const link = version === 'v2' ? objectIn(inner)?.__next : body?.['@odata.nextLink'];
  return {
    records: list.map((one) => objectIn(one) ?? {}),
    next: typeof link === 'string' && link !== '' ? client.nextOf(link, url) : undefined,
  };
}

export function selectOf(columns: readonly SapField[]): string | undefined {
  const names = [...new Set(columns.map(({ name }) => name))].join(',');
  return names.length > selectCharactersMax ? undefined : names;
}

export function rowOf(record: JsonObject, columns: readonly SapField[]): Read {
  const row: Cell[] = [];
  let problem: Read['problem'];
  for (const field of columns) {
    const { name } = field;
    const reading = cellOf(field, Object.hasOwn(record, name) ? record[name] : null);
    row.push('text' in reading ? reading.text : null);
    if ('text' in reading) continue;
    problem ??= { field: name, reason: `The field "${name}" ${reading.problem}.` };
  }
  return { row, ...(problem ? { problem } : {}) };
}
