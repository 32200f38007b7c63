import { setTimeout as wait } from 'node:timers/promises';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import { missing } from '../outcomes.ts';
import { halve, RecordRefusal } from '../sql/refusal.ts';
import type { SalesforceClient } from './client.ts';
import { ApiRefusal } from './refusal.ts';
import type { Target } from './target.ts';
import { jsonOf } from './values.ts';

/** What has become of a record. */
export type Outcome = {
  readonly id?: string;
  readonly error?: {
    /** Names the rule; never the value. */
    readonly reason: string;
    readonly field?: string;
    readonly said?: string;
  };
  readonly isMissing?: true;
  /** Either the record or one that it refers to. */
  readonly mayBeMissing?: true;
};
export type Texts = readonly (string | null)[];

type Saved = {
  readonly id?: string | null;
  readonly success: boolean;
  readonly errors?: readonly {
    readonly statusCode: string;
    readonly message: string;
    readonly fields?: readonly string[];
  }[];
};

export const absent: Outcome = { error: { reason: missing.error }, isMissing: true };
/** What is said of an id of a record that is deleted, or never was. */
const ofNothing = /^(ENTITY_IS_DELETED|INVALID_CROSS_REFERENCE_KEY)$/;
const collectionMax = 200;
const lockAttemptsMax = 4;
const lockSeconds = 0.5;

/**
 * Writes records in requests that each have many of them, and tells of each what has become of it;
 * `outcomes` is filled as they come. @throws ConnectorError
 */
export async function save(
  client: SalesforceClient,
  target: Target,
  records: readonly Texts[],
  signal: AbortSignal,
  outcomes: (Outcome | undefined)[] = [],
): Promise<Outcome[]> {
  for (let from = 0; from < records.length; from += collectionMax) {
    await halve(
      from,
      Math.min(from + collectionMax, records.length),
      async (start, end) => {
        const some = records.slice(start, end);
        const saved = await sendUnlocked(client, target, some, signal);
        for (const [nth, outcome] of saved.entries()) outcomes[start + nth] = outcome;
      },
      async (index, { message, field }) => {
        outcomes[index] = { error: { reason: message, ...(field === undefined ? {} : { field }) } };
      },
    );
  }
  return Array.from(outcomes, (one) => one ?? {});
}

export function refusedBy(
  statusCode: string,
  message: string,
  field: string | undefined,
): NonNullable<Outcome['error']> {
  return {
    reason: `Salesforce refuses the record (${statusCode}).`,
    said: message,
    ...(field === undefined ? {} : { field }),
  };
}

/** Records that somebody else changes just then are sent again. */
async function sendUnlocked(
  client: SalesforceClient,
  target: Target,
  records: readonly Texts[],
  signal: AbortSignal,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  let left = [...records.keys()];
  for (let attempt = 1; ; attempt += 1) {
    const some = left.map((index) => records[index] as Texts);
    const saved = await send(client, target, some, signal);
    for (const [nth, one] of saved.entries()) outcomes[left[nth] as number] = outcomeOf(one);
    left = left.filter((_, nth) => saved[nth]?.errors?.[0]?.statusCode === 'UNABLE_TO_LOCK_ROW');
    if (left.length === 0 || attempt === lockAttemptsMax) return outcomes;
    await wait(lockSeconds * attempt * 1000, undefined, { signal });
  }
}

/** @throws RecordRefusal when one of the records cannot be read there */
async function send(
  client: SalesforceClient,
  target: Target,
  records: readonly Texts[],
  signal: AbortSignal,
): Promise<Saved[]> {
  const { method, path } = wayOf(target, records);
  const body = JSON.stringify({
    allOrNone: false,
    records: records.map((texts) => recordOf(target, texts)),
  });
  const sent = method === 'DELETE' ? {} : { body };
  try {
    const saved = await client.json({ method, path, signal, ...sent });
    return resultsIn(saved, records.length);
  } catch (error) {
    const isOfRecord = error instanceof ApiRefusal && error.said.code === 'JSON_PARSER_ERROR';
    if (!isOfRecord) throw error;
    throw new RecordRefusal('Salesforce cannot read the record (JSON_PARSER_ERROR).');
  }
}

function wayOf({ object, operation, key, fields }: Target, records: readonly Texts[]) {
  const isById = key?.own.kind === 'id';
  if (operation === 'insert') return { method: 'POST', path: '/composite/sobjects' } as const;
  if (operation === 'upsert' && !isById) {
    const path = `/composite/sobjects/${object}/${key?.own.name}`;
    return { method: 'PATCH', path } as const;
  }
  if (operation !== 'delete') return { method: 'PATCH', path: '/composite/sobjects' } as const;
  const place = key ? fields.indexOf(key) : -1;
  const ids = records.map((texts) => encodeURIComponent(texts[place] ?? ''));
  const path = `/composite/sobjects?ids=${ids.join(',')}&allOrNone=false`;
  return { method: 'DELETE', path } as const;
}

function recordOf({ object, fields }: Target, texts: Texts): Record<string, unknown> {
  const record: Record<string, unknown> = { attributes: { type: object } };
  for (const [place, { own }] of fields.entries()) {
    record[own.kind === 'id' ? 'id' : own.name] = jsonOf(own, texts[place] ?? null);
  }
  return record;
}

/** @throws ConnectorError unless there is one for each record */
function resultsIn(saved: Json, count: number): Saved[] {
  const results = saved as unknown as Saved[];
  if (Array.isArray(saved) && results.length === count) return results;
  const message = `Salesforce did not say of each of ${count} records what has become of it.`;
  throw new ConnectorError('retry', message);
}

function outcomeOf({ id, success, errors = [] }: Saved): Outcome {
  if (success) return typeof id === 'string' ? { id } : {};
  const [{ statusCode, message, fields = [] } = { statusCode: 'UNKNOWN', message: '' }] = errors;
  const mayBeMissing = fields.length === 0 && ofNothing.test(statusCode);
  const error = refusedBy(statusCode, message, fields[0]);
  return { error, ...(mayBeMissing ? { mayBeMissing } : {}) };
}
