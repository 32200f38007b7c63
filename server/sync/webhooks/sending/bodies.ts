import { LRUCache } from 'lru-cache';
import type { Db } from '../../../runtime/database/database.ts';
import type { Confidence } from '../confidence.ts';
import { selectTold } from '../deliveries/store.ts';

const bytesMax = 8 * 1024 * 1024;
const keptMilliseconds = 30_000;

type Due = { readonly event_id: string; readonly salt: Buffer | null };

/** What was told last, for all endpoints that are told the same: each is read and decrypted once. */
export class Bodies {
  readonly #kept = new LRUCache<string, Buffer>({
    maxSize: bytesMax,
    sizeCalculation: (body) => body.length,
    ttl: keptMilliseconds,
    ttlAutopurge: false,
  });

  /** What some deliveries of an organization send, by their events; what is gone is not among them. */
  async of(
    db: Db,
    organization: number,
    due: readonly Due[],
    confidenceOf: (salt: Buffer) => Confidence,
  ): Promise<Map<string, Buffer>> {
    const bodies = new Map<string, Buffer>();
    const unknown = new Map<string, Buffer>();
    for (const { event_id, salt } of due) {
      if (!salt) continue;
      const body = this.#kept.get(event_id);
      if (body) bodies.set(event_id, body);
      else unknown.set(event_id, salt);
    }
    if (unknown.size === 0) return bodies;
    for (const { id, encrypted } of await selectTold(db, organization, [...unknown.keys()])) {
      const body = Buffer.from(confidenceOf(unknown.get(id) as Buffer).decrypt(encrypted));
      this.#kept.set(id, body);
      bodies.set(id, body);
    }
    return bodies;
  }
}
