import { Action as Shape } from '../../../contract/sync/actions.ts';
import type { Action } from './definition.ts';
import type { WorkflowRow } from './store.ts';

type Given = Record<string, unknown>;

const onlyLast = ['retry', 'timeout_s', 'on_error'];
const known = Object.keys(Shape.properties).filter((name) => !onlyLast.includes(name));
const memberOrder = [...known, ...onlyLast];

/** A workflow as the API shows it. */
export function showWorkflow(row: WorkflowRow, trigger: object | undefined) {
  const { id, name, description, enabled, version, concurrency, definition } = row;
  return {
    ...{ id, name, description, enabled, version, concurrency },
    trigger: (trigger ?? null) as Given | null,
    actions: inOrder(definition.actions),
    on_error: inOrder(definition.on_error),
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}

/** What an action is comes first: PostgreSQL keeps members in an order of its own. */
function inOrder(actions: readonly Action[]): Given[] {
  return actions.map((action) => {
    const members = memberOrder.flatMap((name): [string, unknown][] => {
      const value = action[name as keyof Action];
      if (value === undefined) return [];
      const isNested = name === 'then' || name === 'else' || name === 'on_error';
      return [[name, isNested ? inOrder(value as Action[]) : value]];
    });
    return Object.fromEntries(members);
  });
}
