import { type Blocker, selectBackend, selectBlockers } from './store.ts';
import type { Db } from './tx.ts';

export type Watch = {
  /** What blocked it last, in words. */
  describe(): string;
  stop(): void;
};

const everyMilliseconds = 250;

/** Finds out, over a connection of its own, who blocks another connection. */
export class Blockers {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async watch(watched: Db): Promise<Watch> {
    const backend = await selectBackend(watched);
    let seen: Blocker[] = [];
    let isLooking = false;
    const look = async () => {
      if (isLooking) return;
      isLooking = true;
      const found = await selectBlockers(this.#db, backend).catch(() => []);
      isLooking = false;
      if (found.length > 0) seen = found;
    };
    const timer = setInterval(() => void look(), everyMilliseconds);
    return {
      describe: () => seen.map(describe).join(', ') || 'others',
      stop: () => clearInterval(timer),
    };
  }
}

/** Without the statement, in which there may be personal data. */
function describe({ pid, name, state, seconds }: Blocker): string {
  return `process ${pid} of PostgreSQL (${name || 'without a name'}, ${state}, ${seconds} s)`;
}
