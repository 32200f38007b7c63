import type { Clock } from '../../../runtime/clock.ts';
import type { Database, Tx } from '../../../runtime/database/database.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import type { Batch } from '../../connectors/batch.ts';
import type { Heard as Changed } from '../../connectors/changes.ts';
import type {
  Beside,
  Finished,
  Plan,
  Session,
  WriteRequest,
  Writer,
  Written,
} from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { holdState, lockState, moveState, selectState } from '../../connectors/own/store.ts';
import type { Row } from '../../values/types.ts';
import type { Manner } from './deciding.ts';
import { type Sight, see } from './seeing.ts';
import {
  deleteAllSeen,
  selectGoesOn,
  selectWatched,
  updateBegun,
  type WatchedRow,
} from './store.ts';

export type SinkServices = {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  protectingKey(organization: number): Promise<Buffer>;
};

/** Heard since what was committed last, and gone after all that was read before. */
type Heard = {
  readonly gone: Row[];
  /** Of what workflows have changed, by its key: how deep they stand. */
  readonly depths: Map<string, number>;
};

/** So many records in one transaction. */
const rowsMax = 2_000;
/** To forget all that was seen of a large table. */
const statementSeconds = 120;

/** The destination of what triggers see. */
export function openWatch(services: SinkServices, organization: number) {
  const heard: Heard = { gone: [], depths: new Map() };
  const session: Session = {
    write: async (request) => new Sink(services, organization, request, heard),
    gone: async (keys) => {
      heard.gone.push(...keys);
    },
    caused: (depths) => {
      for (const [key, depth] of depths) heard.depths.set(key, depth);
    },
    check: never,
    objects: never,
    describe: never,
    read: never,
    query: never,
    apply: never,
    close: async () => undefined,
  };
  return { session, modes: ['upsert'] as const, close: session.close };
}

/** Keeps what was seen with the place up to which it was, and begins what that sets off, in one transaction. */
class Sink implements Writer {
  readonly plan: Plan = { statements: [], skipped: [] };
  readonly keepsPosition = true;
  readonly batchRowsMax = rowsMax;
  readonly #services: SinkServices;
  readonly #organization: number;
  readonly #request: WriteRequest;
  readonly #heard: Heard;

  constructor(services: SinkServices, organization: number, request: WriteRequest, heard: Heard) {
    this.#services = services;
    this.#organization = organization;
    this.#request = request;
    this.#heard = heard;
  }

  async position(): Promise<string | undefined> {
    const { isAnew, beginning, state } = this.#request;
    const kept = await selectState(this.#wall.reading, this.#organization, state.syncId);
    const isOfAnother = isAnew && kept?.run_id !== state.runId;
    return (isOfAnother ? null : kept?.position) ?? beginning;
  }

  async prepare(): Promise<void> {
    const { isAnew } = this.#request;
    const isHeld = await this.#wall.transaction((tx) =>
      holdState(tx, this.#organization, this.#holder, isAnew),
    );
    if (!isHeld) throw fenced();
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    const { rows, subjects } = batch;
    const gone = this.#heard.gone.splice(0);
    const sights = [
      ...rows.map(
        (row, at): Sight => ({
          kind: 'there',
          row,
          subject: subjects?.[at],
          depth: this.#depthOf(row),
        }),
      ),
      ...gone.map(
        (key): Sight => ({
          kind: 'gone',
          row: this.#rowOf(key),
          depth: this.#depthOf(this.#rowOf(key)),
        }),
      ),
    ];
    const written = { written: batch.count, skipped: 0, rejected: [] };
    const position = beside ? await beside.keep(written) : batch.position;
    const manner = this.#request.isAnew ? 'anew' : 'since';
    await this.#transaction((tx, watched) => this.#see(tx, watched, sights, manner), position);
    if (position !== undefined) this.#heard.depths.clear();
    return written;
  }

  async hear({ isEmptied, changes }: Changed, position: string | undefined): Promise<void> {
    await this.#transaction(async (tx, watched) => {
      if (isEmptied) await deleteAllSeen(tx, this.#organization, watched.watch_id);
      await this.#see(tx, watched, changes, 'since');
    }, position);
  }

  async finish(): Promise<Finished> {
    const organization = this.#organization;
    await this.#wall.transaction(async (tx) => {
      await this.#hold(tx);
      await updateBegun(tx, organization, this.#holder.id, this.#services.clock.now());
    });
    return { isDone: true, deleted: 0 };
  }

  async close(): Promise<void> {}

  get #wall() {
    return this.#services.database.of(this.#organization);
  }

  get #holder() {
    const { runId, syncId, fence } = this.#request.state;
    return { id: syncId, runId, fence };
  }

  async #see(tx: Tx, watched: WatchedRow, sights: readonly Sight[], manner: Manner): Promise<void> {
    const { keyring, clock, protectingKey } = this.#services;
    const organization = this.#organization;
    const hashKey = await protectingKey(organization);
    const services = { organization, now: clock.now(), keyring, hashKey };
    const { fields, key } = this.#request;
    const isBaseline = !watched.is_begun && !watched.is_from_beginning;
    const of = { watched, fields, key, manner: isBaseline ? ('beginning' as const) : manner };
    for (let from = 0; from < sights.length; from += rowsMax) {
      await see(tx, services, { ...of, sights: sights.slice(from, from + rowsMax) });
    }
  }

  /** Nothing is kept for a trigger that is gone; a later run of the same refuses this one. */
  async #transaction(
    work: (tx: Tx, watched: WatchedRow) => Promise<void>,
    position: string | undefined,
  ): Promise<void> {
    const organization = this.#organization;
    await this.#wall.transaction(
      async (tx) => {
        await this.#hold(tx);
        const watched = await selectWatched(tx, organization, this.#holder.id);
        if (!watched)
          throw new ConnectorError('configuration', 'The trigger is not there any more.');
        await work(tx, watched);
        if (position !== undefined) await moveState(tx, organization, this.#holder, position);
      },
      { statementSeconds },
    );
  }

  /** Its run hears of its end some seconds later than what was said of the trigger holds. */
  async #hold(tx: Tx): Promise<void> {
    const organization = this.#organization;
    const holder = this.#holder;
    if (!(await lockState(tx, organization, holder))) throw fenced();
    if (!(await selectGoesOn(tx, organization, holder.runId))) throw fenced();
  }

  #depthOf(row: Row): number | undefined {
    const {
      fields,
      key: [name],
    } = this.#request;
    return this.#heard.depths.get(row[fields.findIndex((field) => field.name === name)] ?? '');
  }

  #rowOf(key: Row): Row {
    const { fields, key: names } = this.#request;
    return fields.map(({ name }) => key[names.indexOf(name)] ?? null);
  }
}

async function never(): Promise<never> {
  throw new ConnectorError('configuration', 'What triggers see is kept in no system.');
}

function fenced(): ConnectorError {
  return new ConnectorError(
    'fenced',
    'The trigger was stopped, or a later run sees the same for it by now.',
  );
}
