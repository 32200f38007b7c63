import { createHash } from 'node:crypto';
import type { Json, Row } from '../../values/types.ts';
import { answeredUntil } from '../answered.ts';
import type { Field } from '../connector.ts';
import { missing, type Outcome } from '../outcomes.ts';
import { halve, RecordRefusal } from '../sql/refusal.ts';
import { bodyOf, placeOf } from './answer.ts';
import type { HttpClient } from './client.ts';
import type { HttpObject } from './config.ts';
import { at } from './paths.ts';
import { hasFields, pathOf, recordOf, type Shape } from './shape.ts';

export type Sending = {
  readonly client: HttpClient;
  readonly object: HttpObject;
  readonly shape: Shape;
  readonly key: readonly string[];
  readonly fields: readonly Field[];
  readonly signal: AbortSignal;
  /** The same for the same records, whenever they are sent again. */
  readonly idempotencyKey?: (from: number, to: number) => string;
  /** Outcome with every record. */
  readonly constants?: Readonly<Record<string, string>>;
};

const ofRecord = new Set([400, 409, 412, 413, 422]);

/** The idempotency key of a request, by what makes it another one. */
export function requestKey(said: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(said)).digest('hex');
}

/** Sends records, and tells of each what has become of it. @throws ConnectorError */
export async function sendAll(
  sending: Sending,
  rows: readonly Row[],
  results: (Outcome | undefined)[] = [],
): Promise<Outcome[]> {
  const { shape } = sending;
  const step = shape.isList ? shape.size : 1;
  for (let from = 0; from < rows.length; from += step) {
    await halve(
      from,
      Math.min(from + step, rows.length),
      async (start, end) => {
        const sent = await send(sending, rows, start, end);
        sent.forEach((result, nth) => {
          results[start + nth] = result;
        });
      },
      async (index, { message, field }) => {
        results[index] = { error: message, ...(field === undefined ? {} : { field }) };
      },
    );
  }
  return results.map((one) => one ?? {});
}

/** The same, where some are answered though others could not be sent any more. @throws ConnectorError */
export async function sendEach(sending: Sending, rows: readonly Row[]): Promise<Outcome[]> {
  const results = rows.map((): Outcome | undefined => undefined);
  try {
    return await sendAll(sending, rows, results);
  } catch (error) {
    return answeredUntil(results, error);
  }
}

/** @throws RecordRefusal when one of the records is refused */
async function send(
  sending: Sending,
  rows: readonly Row[],
  from: number,
  to: number,
): Promise<Outcome[]> {
  const { client, object, shape, fields, signal, constants = {} } = sending;
  const sent = rows.slice(from, to);
  const records = sent.map((row) => ({ ...recordOf(object, fields, row), ...constants }));
  const plain = shape.isList ? records : records[0];
  const body = shape.member === undefined ? plain : { [shape.member]: plain };
  const isOne = hasFields(shape.path);
  const isOwn = (status: number) =>
    ofRecord.has(status) || (isOne && (status === 404 || status === 410));
  const header = client.settings.config.idempotency_header ?? 'Idempotency-Key';
  const idempotencyKey = sending.idempotencyKey?.(from, to);
  const answer = await client.send(
    {
      url: client.urlOf(pathOf(shape, fields, sent[0] as Row)),
      method: shape.method,
      signal,
      ...(isOne ? { place: decodeURI(placeOf(client.urlOf(shape.path))) } : {}),
      ...(shape.hasBody ? { body: JSON.stringify(body) } : {}),
      ...(idempotencyKey === undefined
        ? {}
        : { headers: { [header.toLowerCase()]: idempotencyKey } }),
    },
    isOwn,
  );
  const { status } = answer;
  if (status === 404 || status === 410) return sent.map(() => missing);
  if (status >= 400) throw new RecordRefusal(`The API refuses the record (${status}).`);
  const said = readIfJson(() => bodyOf(answer));
  const results = shape.isList && shape.results !== undefined ? at(said, shape.results) : undefined;
  return sent.map((row, nth) => {
    const own = Array.isArray(results) ? results[nth] : shape.isList ? undefined : said;
    if (shape.isList && isRefused(own)) return { error: 'The API refuses the record.' };
    const id = idOf(sending, row, own);
    return id === undefined ? {} : { id };
  });
}

function idOf({ key, fields }: Sending, row: Row, said: Json | undefined): string | undefined {
  const answered = [at(said, key[0] ?? 'id'), at(said, 'id')].find(
    (one) => typeof one === 'string' || typeof one === 'number',
  );
  if (answered !== undefined) return String(answered);
  const cells = key.map((name) => row[fields.findIndex((field) => field.name === name)] ?? null);
  return cells.length > 0 && cells.every((cell) => cell !== null) ? cells.join(',') : undefined;
}

function isRefused(said: Json | undefined): boolean {
  if (said === null || typeof said !== 'object' || Array.isArray(said)) return false;
  const { error, errors, status, success } = said;
  const hasErrors = Array.isArray(errors) ? errors.length > 0 : Boolean(errors);
  return Boolean(error) || hasErrors || success === false || Number(status) >= 400;
}

/** What was written is written, whatever is said about it. */
function readIfJson(read: () => Json | undefined): Json | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
