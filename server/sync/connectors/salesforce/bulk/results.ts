import { ConnectorError } from '../../failure.ts';
import type { SalesforceClient } from '../client.ts';
import { parseCsv } from './csv.ts';
import { openJob, untilDone } from './jobs.ts';

/** Where the results of a query job go on. */
export type BulkPlace = {
  readonly job: string;
  /** Undefined: at their beginning. */
  readonly locator?: string;
  /** Records of the pages before. */
  readonly read: number;
};

export type BulkPage = {
  readonly lines: readonly (readonly string[])[];
  /** Undefined after the last page. */
  readonly next: BulkPlace | undefined;
};

type Asked = {
  readonly names: readonly string[];
  readonly size: number;
  readonly signal: AbortSignal;
};

/** @throws ConnectorError `request` where the object cannot be read by jobs */
export async function beginQuery(
  client: SalesforceClient,
  query: string,
  signal: AbortSignal,
): Promise<BulkPlace> {
  const job = await openJob(client, 'query', { operation: 'query', query }, signal);
  return { job, read: 0 };
}

/** The pages of results from a place on; all that the job has found. @throws ConnectorError */
export async function* resultsFrom(
  client: SalesforceClient,
  place: BulkPlace,
  { names, size, signal }: Asked,
): AsyncGenerator<BulkPage> {
  const { processed } = await jobOf(client, place, signal);
  for (let at: BulkPlace | undefined = place; at; ) {
    const page = await pageAt(client, at, { names, size, signal });
    const read: number = at.read + page.lines.length;
    at = page.locator === undefined ? undefined : { job: at.job, locator: page.locator, read };
    if (!at && read !== processed) {
      const message = `Salesforce answered ${read} of the ${processed} records of the bulk job.`;
      throw new ConnectorError('retry', message);
    }
    yield { lines: page.lines, next: at };
  }
}

async function jobOf(client: SalesforceClient, { job }: BulkPlace, signal: AbortSignal) {
  try {
    return await untilDone(client, 'query', job, signal);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'missing') throw error;
    const message = `The bulk job ${job} is not kept any more: run the sync with full_refresh.`;
    throw new ConnectorError('request', message, { field: 'cursor' });
  }
}

async function pageAt(
  client: SalesforceClient,
  { job, locator }: BulkPlace,
  { names, size, signal }: Asked,
) {
  const asked = new URLSearchParams({ maxRecords: String(size) });
  if (locator !== undefined) asked.set('locator', locator);
  const path = `/jobs/query/${job}/results?${asked}`;
  const { text, headers } = await client.send({ path, headers: { accept: 'text/csv' }, signal });
  const next = headers['sforce-locator'];
  if (next === undefined) {
    throw new ConnectorError('retry', 'Salesforce did not say whether more results follow.');
  }
  return { lines: linesIn(text, names), locator: next === 'null' ? undefined : next };
}

/** The lines of results, their cells in the order of the names. */
function linesIn(text: string, names: readonly string[]): (readonly string[])[] {
  const [header = [], ...lines] = parseCsv(text);
  const said = header.map((name) => name.toLowerCase());
  const places = names.map((name) => said.indexOf(name.toLowerCase()));
  if (lines.length === 0) return [];
  if (places.includes(-1) || lines.some((line) => line.length !== header.length)) {
    throw new ConnectorError('retry', 'Salesforce answered CSV of other columns than asked for.');
  }
  return lines.map((line) => places.map((place) => line[place] ?? ''));
}
