import { setTimeout as wait } from 'node:timers/promises';
import type { Description, Mode, ReadRequest } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { type Begun, loadAssignment } from '../assignment.ts';
import type { Outcome } from '../laying.ts';
import type { Ends, Kept, Means } from '../means.ts';
import { Moving } from '../moving.ts';
import type { Source } from '../reading.ts';
import type { Follow, RunnerServices } from '../runner.ts';
import { settleRun } from '../settling.ts';
import type { Claim } from '../store.ts';
import { Removing } from './removing.ts';

type RoundEnds = Ends & { readonly destinationModes: readonly Mode[] };

const pauseMilliseconds = 5_000;
/** After it was told of something, which may not be there to be read yet. */
const pauseAfterNewsMilliseconds = 1_000;
const pauseMinMilliseconds = 200;
/** So long both ends are kept open. */
const openMilliseconds = 300_000;
/** So long a source is what it was described as. */
const describedMilliseconds = 60_000;

/** Asks one source again and again for what is new. */
export class Polling {
  readonly #services: RunnerServices;
  /** How often there was something new. */
  #heard = 0;
  /** Rounds that wait to begin. */
  readonly #resting = new Set<() => void>();

  constructor(services: RunnerServices) {
    this.#services = services;
  }

  /** There is something new, they say. */
  hear(): void {
    this.#heard += 1;
    for (const wake of this.#resting) wake();
  }

  /** One round after the other, until one cannot be. */
  readonly follow: Follow = async (claim, _assignment, ends, means) => {
    const end = performance.now() + openMilliseconds;
    const source = describedSeldom(ends.source);
    let isTold = false;
    while (performance.now() < end) {
      const heard = this.#heard;
      const outcome = await this.#round(claim, { ...ends, source }, means);
      if (outcome.kind !== 'completed') return outcome;
      isTold = await this.#rest(heard, isTold, means.holding.signal);
    }
    return { kind: 'ongoing' };
  };

  /** Moves what is new since the last one. */
  async #round(claim: Claim, ends: RoundEnds, means: Means & Kept): Promise<Outcome> {
    const { database } = this.#services;
    const { holding, report, telling } = means;
    const wall = database.of(claim.organization);
    const assignment = await loadAssignment(wall.reading, claim);
    if (!assignment) {
      await holding.confirm();
      throw new ConnectorError('retry', 'The run is not there any more.');
    }
    const begun = await withCursor(assignment.begun, ends.source);
    report.begun = begun;
    const { source, destination, destinationModes: modes } = ends;
    const described = await source.describe(begun.definition.source.object ?? '');
    const own = { ...assignment, begun };
    const given = { destination, modes, described, report, telling };
    const removing = destination.gone ? undefined : Removing.of(own, given);
    const gone = destination.gone?.bind(destination) ?? removing?.hear;
    const caused = destination.caused?.bind(destination);
    const told = gone ? withHeard(source, { gone, ...(caused ? { caused } : {}) }) : source;
    const outcome = await new Moving(claim, own, { ...ends, source: told }, means).move();
    if (outcome.kind !== 'completed') return outcome;
    await removing?.removeAgain();
    await settleRun(this.#services, claim, means, outcome.position);
    return outcome;
  }

  /** Waits for news since `heard`, or until it is time without; answers whether they came. */
  async #rest(heard: number, wasTold: boolean, signal: AbortSignal): Promise<boolean> {
    await wait(pauseMinMilliseconds, undefined, { signal });
    if (this.#heard === heard) {
      await this.#pause(wasTold ? pauseAfterNewsMilliseconds : pauseMilliseconds, signal);
    }
    return this.#heard !== heard;
  }

  /** Leaves nothing with what lasts longer: there is one every few seconds, for months. */
  async #pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    const ending = new AbortController();
    const wake = () => ending.abort();
    this.#resting.add(wake);
    signal.addEventListener('abort', wake, { once: true });
    try {
      await wait(milliseconds, undefined, { signal: ending.signal }).catch(() => undefined);
      signal.throwIfAborted();
    } finally {
      this.#resting.delete(wake);
      signal.removeEventListener('abort', wake);
    }
  }
}

function withHeard(source: Source, heard: Pick<ReadRequest, 'gone' | 'caused'>): Source {
  return {
    describe: (object) => source.describe(object),
    read: (request) => source.read({ ...request, ...heard }),
  };
}

function describedSeldom(source: Source): Source {
  const known = new Map<string, { at: number; described: Promise<Description> }>();
  return {
    read: (request) => source.read(request),
    describe: (object) => {
      const before = known.get(object);
      const now = performance.now();
      if (before && now - before.at < describedMilliseconds) return before.described;
      const described = source.describe(object);
      known.set(object, { at: now, described });
      return described;
    },
  };
}

/** With the field by which the source says itself what is new, where the sync names none. */
async function withCursor(begun: Begun, source: Source): Promise<Begun> {
  const { definition } = begun;
  if (definition.cursor_field !== null) return begun;
  const object = definition.source.object ?? '';
  const { cursor } = await source.describe(object);
  if (cursor === undefined) {
    const message = `Nothing says how what is new in "${object}" is found: name a field in cursor_field, or choose a cron pattern as schedule.`;
    throw new ConnectorError('configuration', message);
  }
  return { ...begun, definition: { ...definition, cursor_field: cursor } };
}
