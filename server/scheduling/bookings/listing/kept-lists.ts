import { LRUCache } from 'lru-cache';
import type { Listener } from '../../../runtime/database/listener.ts';
import type { BookingVersion } from './store.ts';

/** A list as it was answered, and until when that answer is valid. */
export type KeptList = { text: Buffer; snapshot: string; postmaster: string; until: Date };

/** A booking as a list shows it, as JSON. */
export type KeptText = BookingVersion & { text: string; startsAt: Date };

const listBytesMax = 32 * 1024 * 1024;
const textsMax = 10_000;

/**
 * The answers that one process caches, and the texts of bookings that they consist of. After a
 * crash PostgreSQL gives the numbers of transactions that had not reached the disk to others, which
 * a snapshot from before takes for seen (decision 24). A crash ends every connection, so nothing is
 * kept longer than the listener's connection.
 */
export class KeptLists {
  readonly #lists = new LRUCache<string, KeptList>({
    maxSize: listBytesMax,
    sizeCalculation: ({ text }) => text.length + 200,
  });
  readonly #texts = new LRUCache<number, KeptText>({ max: textsMax });
  readonly #listener: Listener;
  /** Counts the connections of the listener. */
  #age = 0;
  #postmaster = '';

  constructor(listener: Listener) {
    this.#listener = listener;
    listener.onLost(() => {
      this.#age += 1;
      this.#lists.clear();
      this.#texts.clear();
    });
  }

  get age(): number {
    return this.#age;
  }

  get(key: string): KeptList | undefined {
    return this.#listener.connected ? this.#lists.get(key) : undefined;
  }

  /** Caches what was read since `age` was asked for. */
  set(key: string, kept: KeptList, age: number): void {
    if (this.#isOf(age)) this.#lists.set(key, kept);
  }

  /** The cached texts of bookings in these versions, for this postmaster. */
  textsOf(versions: readonly BookingVersion[], postmaster: string): Map<number, KeptText> {
    const known = new Map<number, KeptText>();
    if (postmaster !== this.#postmaster) this.#texts.clear();
    this.#postmaster = postmaster;
    if (!this.#listener.connected) return known;
    for (const version of versions) {
      const text = this.#texts.get(version.id);
      if (text && isSame(text, version)) known.set(version.id, text);
    }
    return known;
  }

  keepTexts(texts: readonly KeptText[], postmaster: string, age: number): void {
    if (!this.#isOf(age) || postmaster !== this.#postmaster) return;
    for (const text of texts) this.#texts.set(text.id, text);
  }

  #isOf(age: number): boolean {
    return this.#listener.connected && age === this.#age;
  }
}

function isSame(one: BookingVersion, other: BookingVersion): boolean {
  return (
    one.written_by === other.written_by &&
    one.timezone === other.timezone &&
    one.is_free === other.is_free
  );
}
