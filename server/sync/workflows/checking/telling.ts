import type { ReadContext } from '../../../platform/context.ts';
import { resolveNotice } from '../../notices/resolving.ts';
import type { Action, Definition } from '../definition.ts';
import { fieldOf } from './asking.ts';

type At = Pick<ReadContext, 'db' | 'organization'>;

/**
 * Names the connections by which notices are sent where none was given: another one that is made later,
 * and one that is out for a while, change nothing. @throws AppError 400 that names the member
 */
export async function withConnections(at: At, definition: Definition): Promise<Definition> {
  const { actions, on_error } = definition;
  return {
    actions: await named(at, actions, ''),
    on_error: await named(at, on_error, 'on_error.'),
  };
}

async function named(at: At, actions: readonly Action[], prefix: string): Promise<Action[]> {
  const result: Action[] = [];
  for (const [index, action] of actions.entries()) {
    const path = `${prefix}${index}`;
    const inside: Record<string, Action[]> = {};
    for (const member of ['then', 'else', 'on_error'] as const) {
      const nested = action[member];
      if (nested) inside[member] = await named(at, nested, `${path}.${member}.`);
    }
    result.push({ ...action, ...(await connectionOf(at, action, path)), ...inside });
  }
  return result;
}

async function connectionOf(at: At, action: Action, path: string) {
  const { type, connection_id } = action;
  if (connection_id || (type !== 'notify' && type !== 'approval')) return {};
  const given = type === 'approval' ? { ...action, channel: 'threads' as const } : action;
  const notice = await resolveNotice(at, given, fieldOf(path));
  return notice.connection_id === null ? {} : { connection_id: notice.connection_id };
}
