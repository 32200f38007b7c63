import type { Json } from '../../values/types.ts';
import { type Action, keyOf, type Placed } from '../definition.ts';
import { parseFilterTemplate } from '../templates/asked.ts';
import { compileCondition } from '../templates/conditions.ts';
import { type Asking, checkNames, type Known, knownScope } from '../templates/known.ts';
import { parseTemplate } from '../templates/parse.ts';
import { fieldOf } from './asking.ts';

/** What is known of the record that a workflow begins with. */
export type Beginning = { object: string | null; fields: readonly string[] | undefined };

type State = { fields: readonly string[] | undefined; readonly steps: Set<string> };

const error: Known = { step: 'anything', message: 'anything' };

/**
 * Looks whether what templates and conditions ask for can be there, in the order in which the actions are
 * done. @throws AppError 400 that says what may have been meant
 */
export function checkAllNames(placed: readonly Placed[], { object, fields }: Beginning): void {
  const state: State = { fields, steps: new Set() };
  for (const one of placed) {
    const known = knownScope({
      objectName: object,
      fields: state.fields,
      triggerFields: fields,
      steps: state.steps,
    });
    const isAfterError = one.path.split('.').includes('on_error');
    const scope = known === 'anything' || !isAfterError ? known : { ...known, error };
    checkNames(askedBy(one), scope);
    state.steps.add(keyOf(one));
    state.fields = fieldsAfter(one.action, state.fields);
  }
}

/** Everything of an action that is filled in, each with its place. @throws AppError 400 for the syntax */
function askedBy({ path, action }: Placed): Asking[] {
  const place = fieldOf(path);
  const texts = (['to', 'message', 'url', 'until'] as const).flatMap((member) => {
    const text = action[member];
    return text === undefined ? [] : [parseTemplate(text, `${place}.${member}`)];
  });
  const { seconds, filter, type } = action;
  if (typeof seconds === 'string') texts.push(parseTemplate(seconds, `${place}.seconds`));
  const values = [
    ...templatesIn((action.headers ?? null) as Json, `${place}.headers`),
    ...templatesIn((action.body ?? null) as Json, `${place}.body`),
    ...(type === 'write' ? templatesIn((action.fields ?? null) as Json, `${place}.fields`) : []),
    ...templatesIn((action.config?.set ?? null) as Json, `${place}.config.set`),
  ];
  return [...texts, ...values, ...filterOf(type, filter, `${place}.filter`)];
}

function filterOf(type: Action['type'], filter: string | undefined, member: string): Asking[] {
  if (filter === undefined) return [];
  if (type !== 'condition') return [...parseFilterTemplate(filter, member).templates];
  const { names } = compileCondition(filter, member);
  return [{ member, names }];
}

function templatesIn(value: Json, member: string): Asking[] {
  if (typeof value === 'string') return [parseTemplate(value, member)];
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([name, one]) => templatesIn(one, `${member}.${name}`));
}

/** The fields that the record has after a step; undefined where only its code knows. */
function fieldsAfter(
  { type, config, transform_id }: Action,
  before: readonly string[] | undefined,
): readonly string[] | undefined {
  if (type !== 'transform') return before;
  if (!before || transform_id || config?.jsonata) return undefined;
  const { rename = {}, set = {}, remove = [] } = config ?? {};
  const renamed = before.map((name) =>
    Object.hasOwn(rename ?? {}, name) ? String(rename?.[name]) : name,
  );
  const all = new Set([...renamed, ...Object.keys(set ?? {})]);
  for (const name of remove ?? []) all.delete(name);
  return [...all];
}
