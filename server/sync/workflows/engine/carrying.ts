import { Confidence } from '../../syncs/runs/confidence.ts';
import { type ActionServices, type Done, StepError, type Waiting } from '../actions/action.ts';
import type { Placed } from '../definition.ts';
import type { TriggerGiven } from '../runs/beginning.ts';
import { selectSteps, type WorkflowRunRow } from '../runs/store.ts';
import { seal } from '../steps/kept.ts';
import { failureOf } from '../steps/walk.ts';
import type { Definitions, Version } from './definitions.ts';
import type { Ledger } from './ledger.ts';
import { attempt, type Failed } from './performing.ts';
import { afterFailure } from './retrying.ts';
import { Standing } from './standing.ts';
import type { Advance, StepToStore } from './store.ts';

export type Parts = ActionServices & { ledger: Ledger; definitions: Definitions };

/** Whatever a step waits for may have happened while that was stored. */
const lookAgainMilliseconds = 2_000;
/** After so many workers that ended in a step it is not tried again. */
const takeoversMax = 5;

/**
 * Carries a run on, step by step, until it ends, waits, or is held by somebody else. Each step is stored
 * before the next one begins.
 */
export async function carry(
  parts: Parts,
  run: WorkflowRunRow,
  { signal, isClosing }: { signal: AbortSignal; isClosing(): boolean },
): Promise<void> {
  const version = await parts.definitions.find(run);
  if (!version) return;
  const carrier = await Carrier.of(parts, run, version);
  if (!carrier) {
    await parts.ledger.store(forgotten(run, parts.clock.now()));
    return;
  }
  while (!isClosing() && (await carrier.step(signal))) {}
}

class Carrier {
  readonly #parts: Parts;
  readonly #run: WorkflowRunRow;
  readonly #version: Version;
  readonly #confidence: Confidence;
  readonly #standing: Standing;
  #isFirst = true;

  private constructor(
    parts: Parts,
    { run, version }: { run: WorkflowRunRow; version: Version },
    confidence: Confidence,
    standing: Standing,
  ) {
    this.#parts = parts;
    this.#run = run;
    this.#version = version;
    this.#confidence = confidence;
    this.#standing = standing;
  }

  /** Undefined when what the run holds was forgotten. */
  static async of(
    parts: Parts,
    run: WorkflowRunRow,
    version: Version,
  ): Promise<Carrier | undefined> {
    const { organization_id: organization, encrypted_trigger } = run;
    if (!encrypted_trigger) return undefined;
    const confidence = new Confidence(parts.keyring, run);
    const trigger = JSON.parse(confidence.decrypt(encrypted_trigger)) as TriggerGiven;
    const { reading } = parts.database.of(organization);
    // Nobody has had it before.
    const isFresh = run.fence === 1;
    const rows = isFresh ? [] : await selectSteps(reading, organization, run.id);
    const standing = new Standing(version.definition, trigger, { isFresh });
    standing.take(rows, confidence);
    return new Carrier(parts, { run, version }, confidence, standing);
  }

  /** Whether the run goes on here. */
  async step(signal: AbortSignal): Promise<boolean> {
    const way = this.#standing.way();
    if (way.kind !== 'step') {
      await this.#parts.ledger.store(this.#ended([]));
      return false;
    }
    const { next } = way;
    if (this.#run.takeovers >= takeoversMax && this.#isFirst) return this.#giveUp(next);
    this.#isFirst = false;
    const performed = await this.#perform(next, signal);
    if (performed.kind === 'failed') {
      // Whoever has taken it does that again.
      return signal.aborted ? false : this.#fail(next, performed);
    }
    return performed.kind === 'waits' ? this.#wait(next, performed) : this.#pass(next, performed);
  }

  /** It would end the next worker, too. */
  #giveUp(next: Placed): Promise<boolean> {
    this.#isFirst = false;
    this.#standing.begin(next.path, this.#parts.clock.now());
    const times = `${takeoversMax} times`;
    const error = new StepError(`Whoever did it was not heard of any more, ${times}.`);
    return this.#fail(next, { kind: 'failed', error, shown: {} }, true);
  }

  async #perform(next: Placed, signal: AbortSignal) {
    const { id: runId, organization_id: organization, workflow_id: workflowId } = this.#run;
    const { trigger, record, scope } = this.#standing;
    const { depth, generation, retries, subject } = this.#run;
    // What is done after a failure had ended, however the step that failed is taken up.
    const isAfterError = next.path.split('.').includes('on_error');
    const again = isAfterError && retries > 0 ? `.${retries}` : '';
    const { isAgain, state } = this.#standing.earlier(next.path);
    this.#standing.begin(next.path, this.#parts.clock.now());
    return attempt(this.#parts, next, {
      ...{ organization, workflowId, workflowName: this.#version.name, runId, depth },
      ...{ trigger, record, scope, isAgain, state, subject, isDry: false },
      idempotencyKey: `${runId} ${next.path} ${generation}${again}`,
      now: this.#parts.clock.now(),
      signal,
    });
  }

  async #pass(next: Placed, done: Done): Promise<boolean> {
    const { kind: _, about, ...kept } = done;
    const sealed = seal(this.#confidence, kept);
    if (!sealed) {
      const message = 'It has more than 4 MiB of output; ask for fewer records or fields.';
      const { input } = kept;
      const failed = { kind: 'failed', error: new StepError(message), shown: { input } } as const;
      return this.#fail(next, failed, true);
    }
    this.#standing.pass(next.path, kept);
    return this.#store([{ ...this.#stored(next.path, 'completed', sealed), about }]);
  }

  async #wait(next: Placed, waiting: Waiting): Promise<boolean> {
    const { input, state, until, waitsFor } = waiting;
    const isFirst = this.#standing.earlier(next.path).state === undefined;
    // Without its state it would begin anew.
    const sealed =
      seal(this.#confidence, { input, state }) ?? seal(this.#confidence, { state }) ?? null;
    const soon = new Date(this.#parts.clock.now().getTime() + lookAgainMilliseconds);
    const dueAt = waitsFor !== undefined && isFirst && (!until || until > soon) ? soon : until;
    const steps = [this.#stored(next.path, 'running', sealed, true)];
    await this.#parts.ledger.store({
      ...this.#advance(steps),
      ...{ status: 'waiting', dueAt, waitsFor: waitsFor ?? null },
    });
    return false;
  }

  /** Tries again later, or goes on with what is done after a failure. */
  async #fail(next: Placed, { error, shown }: Failed, isFinal = false): Promise<boolean> {
    const attempts = this.#standing.attempts(next.path);
    const now = this.#parts.clock.now();
    const { message, againAt } = afterFailure(this.#parts.log, error, next, { attempts, now });
    const kept = { ...shown, error: message };
    const sealed =
      seal(this.#confidence, kept) ?? seal(this.#confidence, { error: message }) ?? null;
    if (againAt && !isFinal) {
      const steps = [this.#stored(next.path, 'pending', sealed, true)];
      const waits = { status: 'waiting', dueAt: againAt, waitsFor: null } as const;
      await this.#parts.ledger.store({ ...this.#advance(steps), ...waits });
      return false;
    }
    this.#standing.fail(next, message);
    return this.#store([this.#stored(next.path, 'failed', sealed)]);
  }

  async #store(steps: readonly StepToStore[]): Promise<boolean> {
    if (this.#standing.way().kind === 'step') {
      return this.#parts.ledger.store(this.#advance(steps));
    }
    await this.#parts.ledger.store(this.#ended(steps));
    return false;
  }

  #ended(steps: readonly StepToStore[]): Advance {
    const way = this.#standing.way();
    const status = way.kind === 'failed' ? 'failed' : 'completed';
    const error = way.kind === 'failed' ? failureOf(this.#version.definition, way.failed) : null;
    const finishedAt = this.#parts.clock.now();
    return { ...this.#advance(steps), status, error, finishedAt };
  }

  #advance(steps: readonly StepToStore[]): Advance {
    const { id: runId, organization_id: organization, fence, workflow_id: workflowId } = this.#run;
    const nothing = { dueAt: null, waitsFor: null, error: null, finishedAt: null };
    return { organization, runId, fence, workflowId, status: 'running', ...nothing, steps };
  }

  #stored(
    path: string,
    status: StepToStore['status'],
    encrypted: Buffer | null,
    goesOn = false,
  ): StepToStore {
    const { ordinal, attempts, startedAt } = this.#standing.numbers(path);
    const finishedAt = goesOn ? null : this.#parts.clock.now();
    return { path, ordinal, status, attempts, encrypted, startedAt, finishedAt };
  }
}

function forgotten(run: WorkflowRunRow, now: Date): Advance {
  const { id: runId, organization_id: organization, fence, workflow_id: workflowId } = run;
  const error = 'What it was to do something with was forgotten.';
  const ended = { status: 'failed', error, finishedAt: now } as const;
  const nothing = { dueAt: null, waitsFor: null, steps: [] };
  return { organization, runId, fence, workflowId, ...ended, ...nothing };
}
