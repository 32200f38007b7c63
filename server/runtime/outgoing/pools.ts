import { Pool } from 'undici';
import type { Guard } from './guard.ts';

const poolsMax = 512;
const connectMilliseconds = 15_000;

export type PoolTerms = {
  /** Of a connection that nobody uses; less, where the other side says so. */
  readonly keptMilliseconds: number;
  readonly answerMilliseconds: number;
};

type Kept = { pool: Pool; origin: string; connections: number };

/** Connections to others, kept open for a while: a pool for each id, so that none takes another's. */
export class Pools {
  readonly #guard: Guard;
  readonly #terms: PoolTerms;
  readonly #pools = new Map<string, Kept>();

  constructor(guard: Guard, terms: PoolTerms) {
    this.#guard = guard;
    this.#terms = terms;
  }

  /** The pool of an id; the name is checked whenever a connection is made. @throws GuardError */
  async of(id: string, url: URL, connections: number): Promise<Pool> {
    const { origin } = url;
    const isSame = (kept: Kept) => kept.origin === origin && kept.connections === connections;
    const known = this.#pools.get(id);
    // What may be reached stays the same as long as this process runs.
    if (!known || !isSame(known)) await this.#guard.check(url);
    // Another request may have opened one meanwhile.
    const kept = this.#pools.get(id);
    this.#pools.delete(id);
    const one = kept && isSame(kept) ? kept : this.#open(origin, connections);
    if (kept && one !== kept) this.#drop(kept);
    this.#pools.set(id, one);
    this.#shrink();
    return one.pool;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.destroy()));
    this.#pools.clear();
  }

  #open(origin: string, connections: number): Kept {
    const { answerMilliseconds, keptMilliseconds } = this.#terms;
    const pool = new Pool(origin, {
      connections,
      connect: { lookup: this.#guard.lookup, timeout: connectMilliseconds },
      headersTimeout: answerMilliseconds,
      bodyTimeout: answerMilliseconds,
      keepAliveTimeout: keptMilliseconds,
      allowH2: false,
    });
    return { pool, origin, connections };
  }

  /** Those that were not used for longest go first. */
  #shrink(): void {
    for (const [id, kept] of this.#pools) {
      if (this.#pools.size <= poolsMax) return;
      this.#pools.delete(id);
      this.#drop(kept);
    }
  }

  /** What is under way may end. */
  #drop({ pool }: Kept): void {
    pool.close().catch(() => undefined);
  }
}
