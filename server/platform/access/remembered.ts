import { LRUCache } from 'lru-cache';
import type { Listener } from '../../runtime/database/listener.ts';

const entriesMax = 10_000;

/**
 * Rows that are looked up at every request, kept in memory until another process says that they
 * changed (a NOTIFY `<topic> <key>`). While nothing can be heard, nothing is kept.
 */
export class Remembered<Row extends object> {
  readonly #rows = new LRUCache<string, { row: Row | undefined }>({ max: entriesMax });
  readonly #listener: Listener;
  readonly #load: (key: string) => Promise<Row | undefined>;
  #changes = 0;

  constructor(listener: Listener, topic: string, load: (key: string) => Promise<Row | undefined>) {
    this.#listener = listener;
    this.#load = load;
    listener.on(topic, (key) => {
      this.#changes += 1;
      this.#rows.delete(key);
    });
    listener.onLost(() => {
      this.#changes += 1;
      this.#rows.clear();
    });
  }

  async get(key: string): Promise<Row | undefined> {
    if (!this.#listener.connected) return this.#load(key);
    const known = this.#rows.get(key);
    if (known) return known.row;
    const changes = this.#changes;
    const row = await this.#load(key);
    // What was read before a change was announced may be what the change ended.
    if (changes === this.#changes && this.#listener.connected) this.#rows.set(key, { row });
    return row;
  }
}
