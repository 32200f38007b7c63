import type { Json } from '../../values/types.ts';
import { readAhead } from '../ahead.ts';
import { ConnectorError } from '../failure.ts';
import type { SalesforceClient } from './client.ts';

const pageMin = 200;
const pageMax = 2_000;
/** The longest address is 16 KiB; names and conditions grow when they are encoded. */
const encodedMax = 15_000;
const nextShape = /^\/services\/data\/v\d+\.\d\/query\/[\w-]+$/;

export type Page = {
  readonly records: readonly Json[];
  /** How many records the query finds in all. */
  readonly total: number;
  readonly next: string | undefined;
};

/** Whether a query can be asked for by an address. */
export function isShort(soql: string): boolean {
  return encodeURIComponent(soql).length <= encodedMax;
}

/** The pages of a query, which end when all that it found has come. @throws ConnectorError */
export async function* pagesOf(
  client: SalesforceClient,
  soql: string,
  { signal, size = pageMax }: { signal: AbortSignal; size?: number },
): AsyncGenerator<Page> {
  let [read, found] = [0, 0];
  const first = (within: AbortSignal) => firstPage(client, soql, { signal: within, size });
  const following = ({ next }: Page) =>
    next === undefined ? undefined : (within: AbortSignal) => nextPage(client, next, within);
  for await (const page of readAhead(first, following, signal)) {
    read += page.records.length;
    found = page.total;
    yield page;
  }
  if (read === found) return;
  const message = `Salesforce answered ${read} of the ${found} records that it found.`;
  throw new ConnectorError('retry', message);
}

export async function firstPage(
  client: SalesforceClient,
  soql: string,
  { signal, size }: { signal: AbortSignal; size: number },
): Promise<Page> {
  if (!isShort(soql)) {
    const message = 'So many fields cannot be asked for at once: name those that are wanted.';
    throw new ConnectorError('request', message, { field: 'fields' });
  }
  const batchSize = Math.min(pageMax, Math.max(pageMin, size));
  const headers = { 'sforce-query-options': `batchSize=${batchSize}` };
  const path = `/query?q=${encodeURIComponent(soql)}`;
  return pageOf(await client.json({ path, headers, signal }));
}

/** @throws ConnectorError for what is no address of a page */
export async function nextPage(
  client: SalesforceClient,
  next: string,
  signal: AbortSignal,
): Promise<Page> {
  if (nextShape.test(next)) return pageOf(await client.json({ path: next, signal }));
  throw new ConnectorError('configuration', 'Salesforce answered no address of a next page.');
}

/** How many records a query of `SELECT COUNT()` finds. */
export async function countBy(
  client: SalesforceClient,
  soql: string,
  signal: AbortSignal,
): Promise<number> {
  return (await firstPage(client, soql, { signal, size: pageMin })).total;
}

function pageOf(body: Json): Page {
  const { records, totalSize, done, nextRecordsUrl } = (body ?? {}) as Record<string, Json>;
  const isPage = Array.isArray(records) && typeof totalSize === 'number';
  const isEnd = done === true || typeof nextRecordsUrl === 'string';
  if (!isPage || !isEnd) {
    throw new ConnectorError('configuration', 'Salesforce did not answer a page of records.');
  }
  return { records, total: totalSize, next: done ? undefined : String(nextRecordsUrl) };
}
