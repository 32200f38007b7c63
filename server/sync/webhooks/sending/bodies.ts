import { LRUCache } from 'lru-cache';

const bytesMax = 8 * 1024 * 1024;
const keptMilliseconds = 30_000;

/** What was told last, for all endpoints that are told the same: each is decrypted once. */
export class Bodies {
  readonly #kept = new LRUCache<string, Buffer>({
    maxSize: bytesMax,
    sizeCalculation: (body) => body.length,
    ttl: keptMilliseconds,
    ttlAutopurge: false,
  });

  of(eventId: string, open: () => Buffer): Buffer {
    const kept = this.#kept.get(eventId);
    if (kept) return kept;
    const body = open();
    this.#kept.set(eventId, body);
    return body;
  }
}
