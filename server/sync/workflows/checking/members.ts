import type { ActionType } from '../../../../contract/sync/actions.ts';
import { Action as Shape } from '../../../../contract/sync/actions.ts';
import { AppError, invalid } from '../../../runtime/errors.ts';
import { validatorCompiler } from '../../../runtime/http/validation.ts';
import type { Action, Definition } from '../definition.ts';
import { requireFixed } from './fixed.ts';
import { requireNoSecrets } from './secrets.ts';

const common = ['type', 'name', 'retry', 'timeout_s', 'on_error'];

/** Of each group one has to be there, and no more. */
const membersOf: Record<ActionType, { needed: readonly string[][]; more: readonly string[] }> = {
  transform: { needed: [['transform_id', 'config']], more: [] },
  write: { needed: [['connection_id'], ['object']], more: ['operation', 'key', 'fields'] },
  notify: { needed: [['channel'], ['message']], more: ['connection_id', 'to', 'subject', 'data'] },
  query: { needed: [['connection_id'], ['object']], more: ['fields', 'filter', 'limit'] },
  http: { needed: [['url']], more: ['method', 'headers', 'body', 'connection_id'] },
  condition: { needed: [['filter']], more: ['then', 'else'] },
  delay: { needed: [['seconds', 'until']], more: [] },
  run_sync: { needed: [['sync_id']], more: ['wait'] },
  approval: { needed: [['to'], ['message']], more: ['connection_id', 'by', 'else'] },
};

const actionsMax = 200;
const depthMax = 5;
const checkShape = validatorCompiler({ schema: Shape, method: 'POST', url: '', httpPart: 'body' });

type Given = Readonly<Record<string, unknown>>;

/**
 * What was given as actions, with those inside them: members that are null are left out.
 * @throws AppError 400 that names the member by its path, like `actions.2.then.0.message`
 */
export function defineActions(given: readonly Given[], onError: readonly Given[]): Definition {
  const names = new Set<string>();
  const counted = { names, count: 0 };
  const actions = given.map((one, at) => defined(one, `actions.${at}`, counted));
  const on_error = onError.map((one, at) => defined(one, `on_error.${at}`, counted));
  return { actions, on_error };
}

type Counted = { names: Set<string>; count: number };

function defined(given: Given, path: string, counted: Counted, depth = 1): Action {
  counted.count += 1;
  if (counted.count > actionsMax)
    throw invalid(path, `there must be at most ${actionsMax} actions.`);
  if (depth > depthMax) throw invalid(path, `actions must be nested at most ${depthMax} deep.`);
  if (depth > 1) requireShape(given, path);
  const action = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== null),
  ) as Given & Omit<Action, 'then' | 'else' | 'on_error'>;
  requireMembers(action, path);
  requireNoSecrets(action, path);
  requireFixed(action, path);
  requireOwnName(action.name, path, counted.names);
  const inside = (member: 'then' | 'else' | 'on_error') => {
    const list = action[member] as readonly Given[] | undefined;
    if (!list) return {};
    const each = list.map((one, at) => defined(one, `${path}.${member}.${at}`, counted, depth + 1));
    return { [member]: each };
  };
  return { ...action, ...inside('then'), ...inside('else'), ...inside('on_error') } as Action;
}

/** Those at the top were looked at with the body. */
function requireShape(given: Given, path: string): void {
  const { error } = (checkShape(given) ?? {}) as { error?: unknown };
  if (!error) return;
  if (!(error instanceof AppError)) throw invalid(path, 'is no action.');
  const fields = (error.fields ?? []).map((one) => ({ ...one, field: `${path}.${one.field}` }));
  throw new AppError('invalid_request', { message: `${path}.${error.message}`, fields });
}

function requireMembers(action: Given & { type: ActionType }, path: string): void {
  const { needed, more } = membersOf[action.type];
  for (const group of needed) {
    const given = group.filter((name) => action[name] !== undefined);
    const [first = ''] = group;
    const either = group.join(' or ');
    if (given.length === 0) {
      throw invalid(`${path}.${first}`, `is required for ${action.type}: ${either}.`, 'required');
    }
    if (given.length > 1) throw invalid(`${path}.${given[1]}`, `give ${either}, not both.`);
  }
  const known = [...common, ...needed.flat(), ...more];
  const unknown = Object.keys(action).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const rule = `is no member of ${action.type}; it takes ${known.slice(1).join(', ')}.`;
  throw invalid(`${path}.${unknown}`, rule, 'additionalProperties');
}

function requireOwnName(name: string | undefined, path: string, names: Set<string>): void {
  if (name === undefined) return;
  if (names.has(name)) throw invalid(`${path}.name`, 'is the name of another action already.');
  names.add(name);
}
