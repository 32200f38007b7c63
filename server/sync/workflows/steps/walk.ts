import { type Action, type Definition, keyOf, type Placed, placedOf } from '../definition.ts';

/** What became of a step, as far as the way on depends on it. */
export type Passed = {
  readonly status: 'pending' | 'running' | 'completed' | 'failed' | 'skipped';
  /** Of a condition: whether it held; of an approval: whether it was given. */
  readonly holds?: boolean;
};

/** `failed`: the path of the step that nothing has caught. */
export type Way =
  | { readonly kind: 'step'; readonly next: Placed }
  | { readonly kind: 'completed' }
  | { readonly kind: 'failed'; readonly failed: string };

type Steps = ReadonlyMap<string, Passed>;
type Within = Placed | 'through' | 'ended' | { readonly failed: string };

/**
 * Which step comes next: it follows from the definition and from what became of the steps so far, and
 * from nothing else, so that whoever takes a run up finds the same way.
 */
export function wayOn({ actions, on_error }: Definition, steps: Steps): Way {
  const main = through(actions, '', steps);
  if (main === 'through' || main === 'ended') return { kind: 'completed' };
  if ('action' in main) return { kind: 'step', next: main };
  const after = through(on_error, 'on_error.', steps);
  if (typeof after === 'object' && 'action' in after) return { kind: 'step', next: after };
  return { kind: 'failed', failed: main.failed };
}

/** Why may tell of what the step did something with: without it, it is for everybody. */
export function failureOf(definition: Definition, path: string, why?: string): string {
  const placed = placedOf(definition).find((one) => one.path === path);
  const key = placed ? keyOf(placed) : path;
  return `The step ${key} failed${why === undefined ? '.' : `: ${why}`}`;
}

function through(actions: readonly Action[], prefix: string, steps: Steps): Within {
  for (const [index, action] of actions.entries()) {
    const path = `${prefix}${index}`;
    const passed = steps.get(path);
    if (!passed || passed.status === 'pending' || passed.status === 'running') {
      return { path, action };
    }
    const inside =
      passed.status === 'failed' ? { failed: path } : branch(action, path, passed, steps);
    const after = caught(inside, action, path, steps);
    if (after !== 'through') return after;
  }
  return 'through';
}

function branch(action: Action, path: string, { holds }: Passed, steps: Steps): Within {
  const { then: yes, else: no } = action;
  if (action.type === 'approval') {
    // Without an approval nothing comes after it.
    const after = holds ? 'through' : through(no ?? [], `${path}.else.`, steps);
    return after === 'through' && !holds ? 'ended' : after;
  }
  if (action.type !== 'condition') return 'through';
  // Without branches it says whether the run goes on.
  if (!yes && !no) return holds ? 'through' : 'ended';
  return holds
    ? through(yes ?? [], `${path}.then.`, steps)
    : through(no ?? [], `${path}.else.`, steps);
}

/** A failure goes no farther than to the action that says what is done then. */
function caught(inside: Within, { on_error }: Action, path: string, steps: Steps): Within {
  if (typeof inside === 'string' || 'action' in inside || !on_error) return inside;
  return through(on_error, `${path}.on_error.`, steps);
}
