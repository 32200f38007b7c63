import { LRUCache } from 'lru-cache';
import type { Listener } from '../../runtime/database/listener.ts';

const entriesMax = 10_000;

/**
 * A cache of rows that every request looks up. An entry is dropped when a process announces that it
 * changed (a NOTIFY `<topic> <key>`). While announcements cannot be received, nothing is cached;
 * misses never are, because nobody announces a new row.
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

  /**
   * Reads the row again, for when the cached one does not fit: the announcement may be on its way.
   */
  readonly reload = async (key: string): Promise<Row | undefined> => {
    const changes = this.#changes;
    const row = await this.#load(key);
    // What was read before a change was announced may be out of date by now.
    if (row && changes === this.#changes && this.#listener.connected) this.#rows.set(key, row);
    return row;
  };
}
