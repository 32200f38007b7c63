import type { Row } from '../../values/types.ts';
import { answeredUntil } from '../answered.ts';
import type { ApplyRequest, ApplyResult } from '../connector.ts';
import { missing } from '../outcomes.ts';
import type { SalesforceClient } from './client.ts';
import { absent, type Outcome, save, type Texts } from './collections.ts';
import type { SalesforceField, SalesforceObject } from './fields.ts';
import { pagesOf } from './pages.ts';
import { rowOf } from './records.ts';
import { literalOf, selectOf } from './soql.ts';
import { type Target, targetOf } from './target.ts';
import { sendableOf } from './values.ts';

const keysMax = 200;

/** Writes records one by one, for `data`; each has its own result. */
export async function apply(
  client: SalesforceClient,
  object: SalesforceObject,
  { operation, key, fields, rows }: ApplyRequest,
): Promise<ApplyResult[]> {
  const target = targetOf(object, operation, fields, key);
  const results: (ApplyResult | undefined)[] = rows.map(() => undefined);
  const ready: { index: number; texts: Texts }[] = [];
  for (const [index, row] of rows.entries()) {
    const sendable = sendableOf(keysOnly(target), row);
    if ('texts' in sendable) ready.push({ index, texts: sendable.texts });
    else results[index] = { error: sendable.reason };
  }
  const outcomes: (Outcome | undefined)[] = [];
  try {
    await send(client, object, keysOnly(target), ready, outcomes);
  } catch (error) {
    fill(results, ready, outcomes);
    return answeredUntil(results, error);
  }
  fill(results, ready, outcomes);
  return results.map((one) => one ?? {});
}

/** Of what is deleted only the key counts. */
function keysOnly(target: Target): Target {
  if (target.operation !== 'delete' || !target.key) return target;
  return { ...target, fields: [target.key] };
}

function fill(
  results: (ApplyResult | undefined)[],
  ready: readonly { index: number }[],
  outcomes: readonly (Outcome | undefined)[],
): void {
  for (const [nth, { index }] of ready.entries()) {
    const outcome = outcomes[nth];
    if (!outcome) continue;
    const { id, error, isMissing } = outcome;
    if (isMissing) results[index] = missing;
    else results[index] = error ? { error: errorText(error) } : id === undefined ? {} : { id };
  }
}

function errorText({ reason, field }: NonNullable<Outcome['error']>): string {
  return field === undefined ? reason : `${reason.replace(/\.$/, '')}: ${field}.`;
}

/** Updates and deletions go to ids, which are found by another key first. */
async function send(
  client: SalesforceClient,
  object: SalesforceObject,
  target: Target,
  ready: readonly { texts: Texts }[],
  outcomes: (Outcome | undefined)[],
): Promise<void> {
  const records = ready.map(({ texts }) => texts);
  const { key, operation, fields } = target;
  const isFound = operation === 'insert' || operation === 'upsert' || key?.own.kind === 'id';
  if (isFound || !key) {
    await save(client, target, records, client.signal, outcomes);
    if (key?.own.kind === 'id') await tellMissing(client, object, target, records, outcomes);
    return;
  }
  const id = object.fields.find(({ kind }) => kind === 'id') as SalesforceField;
  const place = fields.indexOf(key);
  const ids = await idsBy(
    client,
    object,
    key.own,
    records.map((texts) => texts[place] ?? ''),
  );
  const byId = { ...key, own: id };
  const own = { ...target, key: byId, fields: fields.map((one) => (one === key ? byId : one)) };
  const known: number[] = [];
  for (const [nth, found] of ids.entries()) {
    if (found === undefined) outcomes[nth] = absent;
    else known.push(nth);
  }
  const sent = known.map((nth) =>
    (records[nth] as Texts).map((text, at) => (at === place ? (ids[nth] ?? null) : text)),
  );
  const saved: (Outcome | undefined)[] = [];
  try {
    await save(client, own, sent, client.signal, saved);
  } finally {
    for (const [at, nth] of known.entries()) outcomes[nth] = saved[at];
  }
}

/** Which of those that were refused are not there themselves. */
async function tellMissing(
  client: SalesforceClient,
  object: SalesforceObject,
  { key, fields }: Target,
  records: readonly Texts[],
  outcomes: (Outcome | undefined)[],
): Promise<void> {
  const places = [...outcomes.keys()].filter((nth) => outcomes[nth]?.mayBeMissing);
  if (!key || places.length === 0) return;
  const values = places.map((nth) => records[nth]?.[fields.indexOf(key)] ?? '');
  const ids = await idsBy(client, object, key.own, values);
  for (const [at, nth] of places.entries()) {
    if (ids[at] === undefined) outcomes[nth] = absent;
  }
}

async function idsBy(
  client: SalesforceClient,
  { name, fields }: SalesforceObject,
  key: SalesforceField,
  values: readonly string[],
): Promise<(string | undefined)[]> {
  const id = fields.find(({ kind }) => kind === 'id') as SalesforceField;
  const folded = (text: string) => (key.isCaseSensitive ? text : text.toLowerCase());
  const found = new Map<string, string>();
  for (let from = 0; from < values.length; from += keysMax) {
    const literals = values
      .slice(from, from + keysMax)
      .flatMap((value) => literalOf(key, value) ?? []);
    if (literals.length === 0) continue;
    const where = [`${key.name} IN (${literals.join(', ')})`];
    const names = [...new Set([id.name, key.name])];
    const soql = selectOf({ fields: names, from: name, where });
    for await (const { records } of pagesOf(client, soql, { signal: client.signal })) {
      for (const record of records) {
        const row: Row = rowOf(record, [id, key]).row;
        found.set(folded(row[1] ?? ''), row[0] ?? '');
      }
    }
  }
  return values.map((value) => found.get(folded(value)));
}
