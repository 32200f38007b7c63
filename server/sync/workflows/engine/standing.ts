import type { Confidence } from '../../syncs/runs/confidence.ts';
import type { Json } from '../../values/types.ts';
import { type Action, type Definition, keyOf, type Placed, placedOf } from '../definition.ts';
import type { TriggerGiven } from '../runs/beginning.ts';
import type { StepRow, StepStatus } from '../runs/store.ts';
import { type Kept, unseal } from '../steps/kept.ts';
import { failureOf, wayOn } from '../steps/walk.ts';
import { type Scope, scopeOf } from '../templates/scope.ts';

type Known = {
  status: StepStatus;
  ordinal: number;
  attempts: number;
  startedAt: Date;
  holds?: boolean;
  state?: Json;
};

/** How far a run has come: the record as transformed so far, and what its steps have answered. */
export class Standing {
  readonly #definition: Definition;
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #steps = new Map<string, Known>();
  readonly #answers: Record<string, { status: string; output: Json }> = {};
  readonly #errors = new Map<string, string>();
  /** The first step that is begun now may have been begun before. */
  #isTakenOver: boolean;
  #error: { step: string; message: string } | undefined;
  record: Json;
  readonly trigger: TriggerGiven;

  constructor(definition: Definition, trigger: TriggerGiven, { isFresh }: { isFresh: boolean }) {
    this.#definition = definition;
    this.#actions = new Map(placedOf(definition).map(({ path, action }) => [path, action]));
    this.trigger = trigger;
    this.record = trigger.record;
    this.#isTakenOver = !isFresh;
  }

  /** What is stored of it. */
  take(rows: readonly StepRow[], confidence: Confidence): void {
    for (const row of rows) {
      const { path, status, ordinal, attempts, started_at } = row;
      const action = this.#actions.get(path);
      if (!action) continue;
      const kept = unseal(confidence, row);
      const { holds, state, error = 'It failed.' } = kept;
      const known = { status, ordinal, attempts, startedAt: started_at ?? new Date(0) };
      this.#steps.set(path, {
        ...known,
        ...(holds === undefined ? {} : { holds }),
        ...(state === undefined ? {} : { state }),
      });
      if (status === 'completed') this.#answer({ path, action }, kept);
      if (status === 'failed') this.#note({ path, action }, error);
    }
  }

  get scope(): Scope {
    const error = this.#error;
    const { trigger, record } = this;
    const scope = scopeOf({ trigger, record, steps: this.#answers, objectName: trigger.object });
    return error ? { ...scope, error } : scope;
  }

  way() {
    return wayOn(this.#definition, this.#steps);
  }

  /** Of a step that is tried, or goes on after a wait. */
  earlier(path: string): { isAgain: boolean; state: Json | undefined } {
    const step = this.#steps.get(path);
    return { isAgain: this.#isTakenOver || (step?.attempts ?? 0) > 1, state: step?.state };
  }

  begin(path: string, now: Date): void {
    const step = this.#steps.get(path);
    this.#isTakenOver = false;
    if (!step) {
      const ordinal = this.#steps.size;
      this.#steps.set(path, { status: 'running', ordinal, attempts: 1, startedAt: now });
    } else if (step.state === undefined) {
      step.attempts += 1;
    }
  }

  pass(path: string, kept: Kept): void {
    const step = this.#steps.get(path) as Known;
    step.status = 'completed';
    if (kept.holds !== undefined) step.holds = kept.holds;
    this.#answer({ path, action: this.#actions.get(path) as Action }, kept);
  }

  fail(placed: Placed, message: string): void {
    (this.#steps.get(placed.path) as Known).status = 'failed';
    this.#note(placed, message);
  }

  attempts(path: string): number {
    return this.#steps.get(path)?.attempts ?? 1;
  }

  numbers(path: string) {
    const { ordinal, attempts, startedAt } = this.#steps.get(path) as Known;
    return { ordinal, attempts, startedAt };
  }

  /** What is said of a run that ends with the failure of a step, to whoever may read that. */
  errorOf(path: string): string {
    return failureOf(this.#definition, path, this.#errors.get(path) ?? 'it was broken off.');
  }

  #answer(placed: Placed, { output = null, record }: Kept): void {
    if (record !== undefined) this.record = record;
    this.#answers[keyOf(placed)] = { status: 'completed', output };
  }

  #note(placed: Placed, message: string): void {
    const step = keyOf(placed);
    this.#errors.set(placed.path, message);
    this.#error = { step, message };
    this.#answers[step] = { status: 'failed', output: null };
  }
}
