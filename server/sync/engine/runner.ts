import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { requireBoth } from '../connections/ceilings/both.ts';
import type { Sessions } from '../connections/sessions.ts';
import type { Mode, Session } from '../connectors/connector.ts';
import { Busy, ConnectorError } from '../connectors/failure.ts';
import { Confidence } from '../syncs/runs/confidence.ts';
import type { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { Aside } from './aside.ts';
import { type Assignment, loadAssignment } from './assignment.ts';
import { type Conclusion, conclude } from './conclusion.ts';
import { Holding, type Stop } from './holding.ts';
import type { Outcome } from './laying.ts';
import type { Ends, Kept, Means } from './means.ts';
import { Moving } from './moving.ts';
import { Report } from './report.ts';
import { Retrying } from './retrying.ts';
import type { Claim } from './store.ts';
import { Telling } from './telling/telling.ts';

/** After so many attempts that get no farther the run fails: five minutes of waiting, and what they take. */
const attemptsMax = 11;
/** So often a process may die of a run. */
const crashesMax = 12;
const retrySecondsMax = 60;
const busySeconds = 5;
/** What follows in realtime begins once more, however long a system is away. */
const againSeconds = 300;

export type RunnerServices = {
  database: Database;
  sessions: Sessions;
  sandbox: Sandbox;
  keyring: Keyring;
  clock: Clock;
  log: Log;
  /** The key under which an organization's values are hashed. */
  protectingKey(organization: number): Promise<Buffer>;
  /** Opens the destination of what triggers see, where that is done. */
  openWatch?(organization: number): Opened;
};

/** A system that is used, until it is closed. */
type Opened = {
  readonly session: Session;
  readonly modes: readonly Mode[];
  close(): Promise<void>;
};

/** How a run is done that does not end by itself, in place of moving once what there is. */
export type Follow = (
  claim: Claim,
  assignment: Assignment,
  ends: Ends & { destinationModes: readonly Mode[] },
  means: Means & Kept,
) => Promise<Outcome>;

/** `signal` gives it back, to go on elsewhere. */
export type Followed = { readonly follow: Follow; readonly signal: AbortSignal };

/** Does runs that this process has claimed. */
export class Runner {
  readonly #services: RunnerServices;
  readonly #holdings = new Set<Holding>();
  #isClosed = false;

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  /** Does a run until it ends in one way or another, which is stored. */
  async run(claim: Claim, followed?: Followed): Promise<void> {
    const { database, log } = this.#services;
    const reading = database.of(claim.organization).reading;
    try {
      const assignment = await loadAssignment(reading, claim);
      if (assignment) await this.#attempt(claim, assignment, followed);
    } catch (error) {
      log.warn({ ...loggable(error), run: claim.runId }, 'a run ended unexpectedly');
      const conclusion = isOfTheMoment(error)
        ? this.#later(error, retrySecondsMax)
        : failed(messageOf(error));
      // Where this fails, too, the run goes on elsewhere when its lease has ended.
      await this.#end(claim, conclusion).catch((unended: unknown) =>
        log.error({ ...loggable(unended), run: claim.runId }, 'the end of a run is not stored'),
      );
    }
  }

  /** Gives all runs back, to go on elsewhere. */
  close(): void {
    this.#isClosed = true;
    for (const holding of this.#holdings) holding.end('closing');
  }

  async #attempt(claim: Claim, assignment: Assignment, followed?: Followed): Promise<void> {
    const { database, keyring, clock } = this.#services;
    const { run, begun } = assignment;
    const holding = new Holding(database, claim, run);
    this.#holdings.add(holding);
    const giveBack = () => holding.end('closing');
    followed?.signal.addEventListener('abort', giveBack, { once: true });
    if (this.#isClosed || followed?.signal.aborted) giveBack();
    const confidence = new Confidence(keyring, run);
    const services = { database, clock, confidence };
    const report = new Report(services, claim, begun);
    const isEnding = begun.definition.on_error === 'fail';
    const aside = new Aside(services, claim, { counts: holding.counts, isEnding });
    try {
      holding.signal.throwIfAborted();
      if (run.attempts > crashesMax) {
        throw new ConnectorError('configuration', 'It ended unexpectedly again and again.');
      }
      const telling = new Telling(this.#services, claim, begun.definition.source);
      const kept = { holding, report, aside, telling };
      let moved = await this.#move(claim, assignment, kept, followed?.follow);
      while (moved.kind === 'ongoing')
        moved = await this.#move(claim, assignment, kept, followed?.follow);
      await holding.close();
      await this.#end(claim, concluded(moved, report.found));
    } catch (error) {
      await holding.close();
      if (holding.stop === 'lost') return;
      if (holding.stop === undefined && !isSayable(error)) {
        this.#services.log.error({ ...loggable(error), run: claim.runId }, 'a bug ends a run');
      }
      const conclusion = this.#after(error, holding, assignment);
      const level = conclusion.status === 'failed' ? 'error' : 'warning';
      const said = conclusion.error ?? sayingOf(holding.stop);
      // That it cannot be noted changes nothing about how it ended.
      await report.note(level, said).catch(() => undefined);
      await this.#end(claim, conclusion);
    } finally {
      followed?.signal.removeEventListener('abort', giveBack);
      this.#holdings.delete(holding);
    }
  }

  async #move(claim: Claim, assignment: Assignment, kept: Kept, follow?: Follow): Promise<Outcome> {
    const { sessions, sandbox, protectingKey, log } = this.#services;
    const { retry_of } = assignment.run.request;
    const { signal } = kept.holding;
    if (assignment.destination) requireBoth(assignment.source, assignment.destination);
    const source = await sessions.open(assignment.source, signal);
    try {
      const destination = await this.#openDestination(claim, assignment, signal);
      try {
        const means = {
          log,
          sandbox,
          protectingKey: await protectingKey(claim.organization),
          retrying: retry_of ? new Retrying(this.#services, claim, retry_of) : undefined,
        };
        const ends = { source: source.session, destination: destination.session };
        if (follow) {
          const { modes: destinationModes } = destination;
          return await follow(
            claim,
            assignment,
            { ...ends, destinationModes },
            { ...means, ...kept },
          );
        }
        return await new Moving(claim, assignment, ends, { ...means, ...kept }).move();
      } finally {
        await destination.close();
      }
    } finally {
      await source.close();
    }
  }

  async #openDestination(
    { organization }: Claim,
    { destination }: Assignment,
    signal: AbortSignal,
  ): Promise<Opened> {
    if (!destination) {
      const opened = this.#services.openWatch?.(organization);
      if (opened) return opened;
      throw new ConnectorError('retry', 'What triggers see is done by a server.');
    }
    const opened = await this.#services.sessions.open(destination, signal);
    return { ...opened, modes: opened.connector.capabilities.modes };
  }

  #after(error: unknown, { stop, position, isSettled }: Holding, { run }: Assignment): Conclusion {
    if (stop === 'cancelled') return { ...failed(null), status: 'cancelled' };
    if (stop === 'closing') return { ...failed(null), status: 'queued' };
    // It has not even begun.
    if (error instanceof Busy) return { ...this.#later(error, busySeconds), isUncounted: true };
    if (!isOfTheMoment(error)) return failed(messageOf(error));
    const attempts = position === run.position && !isSettled ? run.attempts : 1;
    if (attempts >= attemptsMax)
      return { ...failed(messageOf(error)), againAt: this.#in(againSeconds) };
    const asked = error instanceof ConnectorError ? error.retryAfterSeconds : undefined;
    const seconds = asked ?? Math.min(retrySecondsMax, 2 ** (attempts - 1));
    return this.#later(error, seconds);
  }

  #later(error: unknown, seconds: number): Conclusion {
    return { ...failed(messageOf(error)), status: 'queued', retryAt: this.#in(seconds) };
  }

  #in(seconds: number): Date {
    return new Date(this.#services.clock.now().getTime() + seconds * 1000);
  }

  async #end(claim: Claim, conclusion: Conclusion): Promise<void> {
    const { database, clock } = this.#services;
    await database.of(claim.organization).transaction(async (tx) => {
      await conclude(tx, claim, conclusion, clock.now());
      tx.announce('sync_run');
    });
  }
}

function concluded(
  moved: Exclude<Outcome, { kind: 'ongoing' }>,
  found: Conclusion['found'],
): Conclusion {
  const nothing = { error: null, pause: null, retryAt: null, found };
  if (moved.kind === 'completed') {
    return { ...nothing, status: 'completed', position: moved.position };
  }
  const { reason, planned, total } = moved;
  const pause = { reason, planned_deletes: planned, total };
  return { ...nothing, status: 'paused', pause, position: null };
}

function failed(error: string | null): Conclusion {
  return { status: 'failed', error, pause: null, retryAt: null, position: null, found: null };
}

/** Of a connected system, or of our own database. */
function isOfTheMoment(error: unknown): boolean {
  if (error instanceof ConnectorError) return error.kind === 'retry';
  return error instanceof AppError && error.code === 'overloaded';
}

function messageOf(error: unknown): string {
  if (isSayable(error)) return error.message;
  return 'Something went wrong on our side; the log of the server says more.';
}

function sayingOf(stop: Stop | undefined): string {
  return stop === 'closing'
    ? 'The run is given back, and goes on when somebody takes it up.'
    : `The run is ${stop ?? 'over'}.`;
}

/** The words of a connector are made for people, those of a bug are not. */
function isSayable(error: unknown): error is ConnectorError | AppError {
  return error instanceof ConnectorError || error instanceof AppError;
}
