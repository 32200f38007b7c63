import type { Json } from '../../values/types.ts';
import type { ActionServices, Performed } from '../actions/action.ts';
import type { Definition, Placed } from '../definition.ts';
import type { TriggerGiven } from '../runs/beginning.ts';
import type { Kept } from '../steps/kept.ts';
import { attempt, type Failed } from './performing.ts';
import { afterFailure } from './retrying.ts';
import { Standing } from './standing.ts';

type Tried = {
  path: string;
  name: string | null;
  type: string;
  status: 'completed' | 'failed';
  input: Json;
  output: Json;
  error: string | null;
  missing: string[];
};

export type DryRun = {
  organization: number;
  workflow: { id: string; name: string; definition: Definition };
  trigger: TriggerGiven;
  signal: AbortSignal;
};

/** What a run would do: nothing is written or sent, and nothing is stored. */
export async function dryRun(
  services: ActionServices,
  { organization, workflow, trigger, signal }: DryRun,
): Promise<{ status: string; steps: Tried[]; error: string | null }> {
  const standing = new Standing(workflow.definition, trigger, { isFresh: true });
  const steps: Tried[] = [];
  const { id: workflowId, name: workflowName } = workflow;
  for (let way = standing.way(); ; way = standing.way()) {
    if (way.kind === 'completed') return { status: 'completed', steps, error: null };
    if (way.kind === 'failed') {
      return { status: 'failed', steps, error: standing.errorOf(way.failed) };
    }
    const { next } = way;
    const { path } = next;
    const now = services.clock.now();
    standing.begin(path, now);
    const given = { organization, workflowId, workflowName, runId: 'wfr_dry', depth: 1, trigger };
    const { record, scope } = standing;
    const fresh = { isAgain: false, state: undefined, isDry: true, idempotencyKey: `dry ${path}` };
    const performed = await attempt(services, next, {
      ...given,
      ...fresh,
      ...{ record, scope, now, signal, subject: null },
    });
    steps.push(triedOf(services, standing, next, performed));
  }
}

function triedOf(
  { log, clock }: ActionServices,
  standing: Standing,
  placed: Placed,
  performed: Performed | Failed,
): Tried {
  const { path, action } = placed;
  const tried = { path, name: action.name ?? null, type: action.type };
  if (performed.kind === 'failed') {
    const terms = { attempts: 1, now: clock.now() };
    const { message: error } = afterFailure(log, performed.error, placed, terms);
    standing.fail(placed, error);
    const { input = null, missing = [] } = performed.shown;
    return { ...tried, status: 'failed', input, output: null, error, missing: [...missing] };
  }
  const kept: Kept = performed.kind === 'done' ? performed : { input: performed.input };
  standing.pass(path, kept);
  const { input = null, output = null, missing = [] } = kept;
  return { ...tried, status: 'completed', input, output, error: null, missing: [...missing] };
}
