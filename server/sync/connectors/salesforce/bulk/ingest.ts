import { ConnectorError } from '../../failure.ts';
import type { SalesforceClient } from '../client.ts';
import { type Outcome, refusedBy, type Texts } from '../collections.ts';
import type { Target } from '../target.ts';
import { csvOf, parseCsv } from './csv.ts';
import { abort, openJob, untilDone } from './jobs.ts';

/** What makes a field null: an empty cell leaves it as it is. */
const nothing = '#N/A';
/** The API takes 150 MB once it has encoded them. */
const bytesMax = 90 * 2 ** 20;

/** Whether records can be written by a job: one of their texts may be what makes null. */
export function isLoadable(records: readonly Texts[]): boolean {
  return !records.some((texts) => texts.includes(nothing));
}

/** Writes records by one bulk job, or several where they are large. @throws ConnectorError */
export async function load(
  client: SalesforceClient,
  target: Target,
  records: readonly Texts[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const header = target.fields.map(({ own }) => own.name);
  const lines = records.map((texts) => texts.map((text) => text ?? nothing));
  const csv = csvOf([header, ...lines]);
  if (Buffer.byteLength(csv) > bytesMax && records.length > 1) {
    const middle = records.length >>> 1;
    const first = await load(client, target, records.slice(0, middle), signal);
    return [...first, ...(await load(client, target, records.slice(middle), signal))];
  }
  const id = await openJob(client, 'ingest', jobFor(target), signal);
  try {
    const path = `/jobs/ingest/${id}`;
    const csvHeaders = { 'content-type': 'text/csv' };
    await client.send({
      method: 'PUT',
      path: `${path}/batches`,
      body: csv,
      headers: csvHeaders,
      signal,
    });
    const body = JSON.stringify({ state: 'UploadComplete' });
    await client.json({ method: 'PATCH', path, body, signal });
    const { processed } = await untilDone(client, 'ingest', id, signal);
    if (processed !== lines.length) throw unprocessed(id, processed, lines.length);
  } catch (error) {
    if (signal.aborted) await abort(client, 'ingest', id);
    throw error;
  }
  return outcomesOf(await failuresOf(client, id, header, signal), { id, target, lines });
}

function jobFor({ object, operation, key }: Target): Record<string, string> {
  const isById = key?.own.kind === 'id';
  return {
    object,
    operation: operation === 'upsert' && isById ? 'update' : operation,
    ...(operation === 'upsert' && key && !isById ? { externalIdFieldName: key.own.name } : {}),
    contentType: 'CSV',
    lineEnding: 'LF',
  };
}

type Failure = { readonly error: NonNullable<Outcome['error']>; readonly line: readonly string[] };

/** The lines that were refused, their cells in the order of the header. */
async function failuresOf(
  client: SalesforceClient,
  id: string,
  header: readonly string[],
  signal: AbortSignal,
): Promise<Failure[]> {
  const path = `/jobs/ingest/${id}/failedResults`;
  const { text } = await client.send({ path, headers: { accept: 'text/csv' }, signal });
  const [names = [], ...lines] = parseCsv(text);
  const error = names.indexOf('sf__Error');
  const places = header.map((name) => names.indexOf(name));
  return lines.map((line) => ({
    error: errorOf(line[error] ?? ''),
    line: places.map((place) => line[place] ?? ''),
  }));
}

/** `CODE:what is wrong:the fields --` */
function errorOf(text: string): NonNullable<Outcome['error']> {
  const [, code = 'UNKNOWN', message = text, fields = ''] =
    /^([A-Z_]+):([\s\S]*?)(?::([\w, ]*) ?--)?$/.exec(text) ?? [];
  const [field = ''] = fields.split(',');
  return refusedBy(code, message, field.trim() === '' ? undefined : field.trim());
}

/** Results come in any order: a record is known by its key, else by all that is in it. */
function outcomesOf(
  failures: readonly Failure[],
  { id, target, lines }: { id: string; target: Target; lines: readonly (readonly string[])[] },
): Outcome[] {
  const place = target.key ? target.fields.indexOf(target.key) : -1;
  const markOf = (line: readonly string[]) =>
    place < 0 ? JSON.stringify(line.map(likened)) : line[place];
  const left = Map.groupBy(lines.keys(), (index) => markOf(lines[index] as readonly string[]));
  const outcomes: Outcome[] = lines.map(() => ({}));
  for (const { error, line } of failures) {
    const index = left.get(markOf(line))?.shift();
    if (index === undefined) {
      const message = `Salesforce refused records of the bulk job ${id}, and does not say which.`;
      throw new ConnectorError('configuration', message);
    }
    outcomes[index] = { error };
  }
  return outcomes;
}

/** A cell as it may come back: an org spells some in other ways than they were sent. */
function likened(cell: string): string {
  return cell === nothing ? '' : cell.replace(/\r\n?/g, '\n').trim();
}

function unprocessed(id: string, processed: number, count: number): ConnectorError {
  const message = `The bulk job ${id} has ended after ${processed} of ${count} records.`;
  return new ConnectorError('retry', message);
}
