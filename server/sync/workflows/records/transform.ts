import { createHash } from 'node:crypto';
import { invalid } from '../../../runtime/errors.ts';
import type { Sandbox, Work } from '../../transforms/sandbox/sandbox.ts';
import { withExact } from '../../values/exact-json.ts';
import { objectIn } from '../../values/members.ts';
import type { Json } from '../../values/types.ts';
import { checkNames, type Known } from '../templates/known.ts';
import { templatesIn } from '../templates/parse.ts';
import { renderValue } from '../templates/render.ts';
import { type Scope, withRecord } from '../templates/scope.ts';

/** What a step of the type `transform` does to its record, in this order. */
export type TransformConfig = {
  /** An expression over the record, which becomes what it answers. */
  readonly jsonata?: string | null | undefined;
  /** All at once: two fields may change their names with each other. */
  readonly rename?: Readonly<Record<string, string>> | null | undefined;
  /** Values may have templates, which see the record as it was before any of them was set. */
  readonly set?: Readonly<Record<string, unknown>> | null | undefined;
  readonly remove?: readonly string[] | null | undefined;
  readonly enrich_company_data?: boolean | null | undefined;
};

/** Why a record could not be transformed; its message says nothing of the record beyond what its code says. */
export class TransformError extends Error {}

export type Transforming = {
  readonly record: Json;
  readonly scope: Scope;
  readonly objectName?: string | null | undefined;
  readonly organization: number;
  readonly sandbox: Sandbox;
  readonly signal?: AbortSignal | undefined;
  /** `enrichCompany` with a session of the trigger's connection; without one nobody is asked. */
  readonly enrich?: ((record: Json) => Promise<Json>) | undefined;
};

/** @throws TransformError, TemplateError, and what `enrich` throws */
export async function transformRecord(
  config: TransformConfig,
  { record: given, scope, objectName, organization, sandbox, signal, enrich }: Transforming,
): Promise<{ record: Json; missing: string[] }> {
  let record = given;
  if (config.jsonata) {
    const key = `jsonata ${createHash('sha256').update(config.jsonata).digest('base64url')}`;
    const work = { organization, key, type: 'jsonata', code: config.jsonata, signal } as const;
    record = await runCode(sandbox, work, record);
  }
  const renamed = renamedIn(membersOf(record), config.rename ?? {});
  const seen = withRecord(scope, Object.fromEntries(renamed), objectName);
  const { value, missing } = renderValue((config.set ?? {}) as Json, seen);
  const set = new Map([...renamed, ...Object.entries(objectIn(value) ?? {})]);
  for (const name of config.remove ?? []) set.delete(name);
  record = Object.fromEntries(set);
  if (config.enrich_company_data && enrich) record = await enrich(record);
  return { record, missing };
}

/** One record through code of somebody else: one has to come out again. @throws TransformError */
export async function runCode(sandbox: Sandbox, work: Work, record: Json): Promise<Json> {
  const { outcomes } = await sandbox.run({ ...work, records: [record] });
  const [outcome] = outcomes;
  if (!outcome || 'error' in outcome)
    throw new TransformError(outcome?.error ?? 'It gave nothing.');
  const [made] = outcome.records;
  if (made === undefined || outcome.records.length > 1) {
    const count = outcome.records.length;
    throw new TransformError(
      `It answered ${count === 0 ? 'no record' : `${count} records`}: a workflow goes on with one. ` +
        'End it with a condition, or filter its trigger.',
    );
  }
  const exact = withExact(record, made);
  if ('problem' in exact) throw new TransformError(`The record ${exact.problem}.`);
  return exact.json;
}

/**
 * Looks at a step before there is a record.
 * @param fields of the record as it comes in, where they are known
 * @returns the fields as they go out, where they are known
 * @throws AppError 400 that names the member
 */
export function checkTransform(
  config: TransformConfig,
  {
    member,
    fields,
    triggerFields,
    known,
  }: {
    member: string;
    fields: readonly string[] | undefined;
    triggerFields: readonly string[] | undefined;
    /** What templates may ask for, of a record with these fields. */
    known: (fields: readonly string[] | undefined) => Known;
  },
): readonly string[] | undefined {
  const rename = config.rename ?? {};
  checkRename(rename, `${member}.rename`);
  const members = config.jsonata ? undefined : fields?.map((name): [string, Json] => [name, null]);
  const renamed = members && [...renamedIn(new Map(members), rename).keys()];
  checkNames(templatesIn((config.set ?? {}) as Json, `${member}.set`), known(renamed));
  if (!renamed) return undefined;
  const out = new Set([...renamed, ...Object.keys(config.set ?? {})]);
  for (const name of config.remove ?? []) out.delete(name);
  // What is empty may be filled again, wherever the object has a place for it.
  for (const name of config.enrich_company_data ? (triggerFields ?? []) : []) out.add(name);
  return [...out];
}

function checkRename(rename: Readonly<Record<string, string>>, member: string): void {
  const names = Object.values(rename);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice === undefined) return;
  throw invalid(member, `two fields would be called ${JSON.stringify(twice)}.`, 'unique');
}

/** What is renamed takes the place of what has its new name, unless that is renamed, too. */
function renamedIn(
  members: ReadonlyMap<string, Json>,
  rename: Readonly<Record<string, string>>,
): Map<string, Json> {
  const nameOf = (name: string) => (Object.hasOwn(rename, name) ? (rename[name] as string) : name);
  const taken = new Set([...members.keys()].filter((name) => nameOf(name) !== name).map(nameOf));
  const kept = [...members].filter(([name]) => nameOf(name) !== name || !taken.has(name));
  return new Map(kept.map(([name, value]) => [nameOf(name), value]));
}

function membersOf(record: Json): Map<string, Json> {
  const members = objectIn(record);
  if (!members) throw new TransformError('There is no record whose fields could be changed.');
  return new Map(Object.entries(members));
}
