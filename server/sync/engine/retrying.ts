import type { Clock } from '../../runtime/clock.ts';
import type { Database, Wall } from '../../runtime/database/database.ts';
import type { Keyring } from '../../runtime/secrets/keyring.ts';
import { Batch } from '../connectors/batch.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { keptIn } from '../syncs/cursor/positions.ts';
import {
  selectKeysToRetry,
  selectRetriable,
  updateRejectedRetried,
} from '../syncs/rejected/store.ts';
import { Confidence } from '../syncs/runs/confidence.ts';
import { selectRun } from '../syncs/runs/store.ts';
import type { Row } from '../values/types.ts';
import type { SourceKey } from './aside.ts';
import type { Route } from './planning.ts';
import { closeReading, type Filtered } from './reading.ts';
import type { Claim } from './store.ts';

/** Of one batch: as many as it holds, if they are as large as when they were set aside. */
const page = { limit: 10_000, bytes: 4 * 2 ** 20 };

type Services = { database: Database; keyring: Keyring; clock: Clock };
type ReadKeys = (keys: readonly Row[]) => Promise<Filtered>;
type Page = { keys: Row[]; upTo: number };

/**
 * Reads again what another run set aside, page by page: one is one batch, so that it is written, and
 * the position after it kept, as a whole. Each is marked as tried once that is committed.
 */
export class Retrying {
  readonly #services: Services;
  readonly #wall: Wall;
  readonly #claim: Claim;
  readonly #of: string;
  #confidence: Confidence | undefined;
  #key: readonly string[] = [];
  #after = 0;

  /** `of`: the run that set them aside. */
  constructor(services: Services, claim: Claim, of: string) {
    this.#services = services;
    this.#wall = services.database.of(claim.organization);
    this.#claim = claim;
    this.#of = of;
  }

  /**
   * Goes on after what is written. Answers what to know of those that cannot be found again.
   * @throws ConnectorError when the key says nothing of where a record comes from
   */
  async begin({ columns, sourceKey }: Route, position: string | undefined) {
    const isFindable = sourceKey.every((name) =>
      columns.some(({ source, protect }) => source.name === name && !protect),
    );
    if (sourceKey.length === 0 || !isFindable) {
      const message = 'The records cannot be found again: the sync has no key, or protects it.';
      throw new ConnectorError('configuration', message);
    }
    const { organization, syncId } = this.#claim;
    const { reading } = this.#wall;
    const run = await selectRun(reading, organization, syncId, this.#of);
    this.#confidence = run && new Confidence(this.#services.keyring, run);
    this.#key = sourceKey;
    if (position !== undefined) await this.tried(position);
    this.#after = position === undefined ? 0 : idIn(position);
    const { lost } = await selectRetriable(reading, organization, this.#of);
    if (lost === 0) return undefined;
    return `${lost} of the records that were set aside cannot be found again: it is not known which ones they are.`;
  }

  async read(read: ReadKeys): Promise<Filtered> {
    const page = await this.#next();
    const first = await read(page.keys);
    const { fields, remaining } = first.reading;
    const batches = this.#batches(read, page, first);
    return {
      keep: first.keep,
      reading: { fields, batches, ...(remaining ? { remaining } : {}) },
    };
  }

  /** Those up to a position are written, or set aside anew. */
  async tried(position: string): Promise<void> {
    await this.#mark(idIn(position));
  }

  async triedAll(): Promise<void> {
    await this.#mark(Number.MAX_SAFE_INTEGER);
  }

  async *#batches(read: ReadKeys, first: Page, begun: Filtered): AsyncGenerator<Batch> {
    let [page, filtered] = [first, begun];
    for (;;) {
      const { reading } = filtered;
      try {
        if (page.keys.length === 0) return;
        const parts: Batch[] = [];
        for await (const batch of reading.batches) parts.push(batch);
        yield joined(parts, positionAt(page.upTo));
      } finally {
        await closeReading(reading);
      }
      page = await this.#next();
      if (page.keys.length === 0) return;
      filtered = await read(page.keys);
    }
  }

  async #next(): Promise<Page> {
    const { organization } = this.#claim;
    const asked = { after: this.#after, ...page };
    const rows = this.#confidence
      ? await selectKeysToRetry(this.#wall.reading, organization, this.#of, asked)
      : [];
    this.#after = rows.at(-1)?.id ?? this.#after;
    const keys = rows.map(({ encrypted_key }) => {
      const key: SourceKey = JSON.parse(this.#confidence?.decrypt(encrypted_key) ?? '{}');
      return this.#key.map((name) => key[name] ?? null);
    });
    return { keys: distinct(keys), upTo: this.#after };
  }

  async #mark(upTo: number): Promise<void> {
    const { organization } = this.#claim;
    const now = this.#services.clock.now();
    await this.#wall.transaction((tx) =>
      updateRejectedRetried(tx, organization, this.#of, { upTo, now }),
    );
  }
}

/** One record may have been set aside several times, and is still one. */
function distinct(keys: readonly Row[]): Row[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}

function joined(parts: readonly Batch[], position: string): Batch {
  const [first, second] = parts;
  if (first && !second) return first.at(position);
  const unread = parts.flatMap((one) => one.unread);
  const isOfSubjects = parts.some(({ subjects }) => subjects);
  const subjects = parts.flatMap((one) => one.subjects ?? one.rows.map(() => undefined));
  const rows = parts.flatMap((one) => one.rows);
  return Batch.ofRows(rows, position, unread, isOfSubjects ? subjects : undefined);
}

/** The last record of a page counts it: what is committed grows with it, and it is never sealed. */
function positionAt(id: number): string {
  return JSON.stringify({ batch: id });
}

function idIn(position: string): number {
  return keptIn(position).batch ?? 0;
}
