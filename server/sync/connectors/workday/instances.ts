import { inferType } from '../../values/infer.ts';
import { fromJson } from '../../values/json.ts';
import { type JsonObject as Instance, objectIn } from '../../values/members.ts';
import type { Cell, Json, Row } from '../../values/types.ts';
import type { Field } from '../connector.ts';
import type { RowProblem } from '../http/records.ts';
import type { Collection } from './catalogue.ts';

export type { Instance };
export type InstanceField = Field & { readonly steps: readonly string[] };
export type Read = { readonly row: Row; readonly problem?: RowProblem };

/** What is nested deeper stays JSON. */
const stepsMax = 4;

/** What is documented of a collection, and what else some of its instances have. */
export function fieldsOf(
  members: Collection['members'],
  instances: readonly Instance[],
): InstanceField[] {
  const known = members.map(({ steps, type, nativeType }) => {
    return { ...plain(steps), type, nativeType };
  });
  const names = new Set(known.map(({ name }) => name));
  const seen = new Map<string, { steps: readonly string[]; values: Json[] }>();
  for (const [steps, value] of instances.flatMap((one) => [...leavesOf(one)])) {
    const name = steps.join('.');
    if (names.has(name)) continue;
    const one = seen.get(name) ?? { steps, values: [] };
    one.values.push(value);
    seen.set(name, one);
  }
  const other = [...seen.values()].map(({ steps, values }) => {
    const type = inferType(values);
    return { ...plain(steps), type, nativeType: type.kind, isLoose: true as const };
  });
  return [...known, ...other];
}

export function rowOf(instance: Instance, fields: readonly InstanceField[]): Read {
  const row: Cell[] = [];
  let problem: RowProblem | undefined;
  for (const { name, type, steps } of fields) {
    const found = memberOf(instance, steps);
    const reading = 'problem' in found ? found : fromJson(type, found.value);
    row.push('text' in reading ? reading.text : null);
    if ('text' in reading) continue;
    problem ??= { field: name, reason: `The field "${name}" ${reading.problem}.` };
  }
  return { row, ...(problem ? { problem } : {}) };
}

function memberOf(
  instance: Instance,
  steps: readonly string[],
): { value: Json } | { problem: string } {
  let value: Json = instance;
  for (const step of steps) {
    if (value === null) return { value };
    const within = objectIn(value);
    if (!within)
      return { problem: `is not where it should be: "${step}" is within a list or text` };
    value = Object.hasOwn(within, step) ? (within[step] ?? null) : null;
  }
  return { value };
}

/** Every value but links, which lead back to the API. */
function* leavesOf(
  instance: Instance,
  before: readonly string[] = [],
): Generator<[readonly string[], Json]> {
  for (const [name, value] of Object.entries(instance)) {
    if (name === 'href' || value === null) continue;
    const steps = [...before, name];
    const within = steps.length < stepsMax ? objectIn(value) : undefined;
    if (within) yield* leavesOf(within, steps);
    else yield [steps, value];
  }
}

function plain(steps: readonly string[]) {
  return { name: steps.join('.'), steps, isNullable: steps.join('.') !== 'id', isWritable: false };
}
