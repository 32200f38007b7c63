import type { ActionType } from '../../../../contract/sync/actions.ts';
import type { Json } from '../../values/types.ts';
import { type Action, keyOf, type Placed } from '../definition.ts';
import { checkTransform } from '../records/transform.ts';
import { parseFilterTemplate } from '../templates/asked.ts';
import { compileCondition } from '../templates/conditions.ts';
import { type Asking, checkNames, type Known, knownScope } from '../templates/known.ts';
import { parseTemplate, templatesIn } from '../templates/parse.ts';
import { fieldOf } from './asking.ts';

/** What is known of the record that a workflow begins with. */
export type Beginning = { object: string | null; fields: readonly string[] | undefined };

type State = { fields: readonly string[] | undefined; readonly steps: Map<string, Known> };

/** What `steps.<name>.output` has after an action of each type. */
const outputs: Record<ActionType, Known> = {
  transform: 'anything',
  write: { id: 'anything', record: 'anything' },
  notify: { id: 'anything' },
  query: { records: 'anything', count: 'anything' },
  http: { status: 'anything', headers: 'anything', body: 'anything' },
  condition: { result: 'anything' },
  delay: { until: 'anything' },
  run_sync: { run: 'anything' },
  approval: {
    approved: 'anything',
    by: { name: 'anything', user_id: 'anything' },
    comment: 'anything',
  },
};

const error: Known = { step: 'anything', message: 'anything' };

/**
 * Looks whether what templates and conditions ask for can be there, in the order in which the actions are
 * done. @throws AppError 400 that says what may have been meant
 */
export function checkAllNames(placed: readonly Placed[], { object, fields }: Beginning): void {
  const state: State = { fields, steps: new Map() };
  for (const one of placed) {
    const isAfterError = one.path.split('.').includes('on_error');
    const known = (now: State['fields']): Known => {
      const { steps } = state;
      const scope = knownScope({ objectName: object, fields: now, triggerFields: fields, steps });
      return scope === 'anything' || !isAfterError ? scope : { ...scope, error };
    };
    checkNames(askedBy(one), known(state.fields));
    state.fields = fieldsAfter(one, state.fields, { triggerFields: fields, known });
    state.steps.set(keyOf(one), outputs[one.action.type]);
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
    ...templatesIn((action.data ?? null) as Json, `${place}.data`),
    ...(type === 'write' ? templatesIn((action.fields ?? null) as Json, `${place}.fields`) : []),
  ];
  return [...texts, ...values, ...filterOf(type, filter, `${place}.filter`)];
}

function filterOf(type: Action['type'], filter: string | undefined, member: string): Asking[] {
  if (filter === undefined) return [];
  if (type !== 'condition') return [...parseFilterTemplate(filter, member).templates];
  const { names } = compileCondition(filter, member);
  return [{ member, names }];
}

/**
 * The fields that the record has after a step; undefined where only its code knows. @throws AppError 400
 */
function fieldsAfter(
  { path, action }: Placed,
  before: State['fields'],
  given: Pick<Parameters<typeof checkTransform>[1], 'triggerFields' | 'known'>,
): State['fields'] {
  const { type, config, transform_id } = action;
  if (type !== 'transform') return before;
  if (transform_id) return undefined;
  return checkTransform(config ?? {}, {
    ...given,
    member: `${fieldOf(path)}.config`,
    fields: before,
  });
}
