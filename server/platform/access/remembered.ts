import { LRUCache } from 'lru-cache';
import type { Listener } from '../../runtime/database/listener.ts';

const entriesMax = 10_000;

/**
 * Rows that are looked up at every request, kept in memory until another process says that they
 * changed (a NOTIFY `<topic> <key>`). While nothing can be heard, nothing is kept; that there is no
 * such row is never kept, because nobody announces a new one.
 */
export class Remembered<Row extends object> {
  readonly #rows = new LRUCache<string, Row>({ max: entriesMax });
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

  readonly get = async (key: string): Promise<Row | undefined> => {
    const known = this.#listener.connected ? this.#rows.get(key) : undefined;
    return known ?? this.reload(key);
  };

  /** The row as it is now, for when the one that is known does not fit: the news may be under way. */
  readonly reload = async (key: string): Promise<Row | undefined> => {
    const changes = this.#changes;
    const row = await this.#load(key);
    // What was read before a change was announced may be what the change ended.
    if (row && changes === this.#changes && this.#listener.connected) this.#rows.set(key, row);
    return row;
  };
}
