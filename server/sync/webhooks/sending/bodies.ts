import { LRUCache } from 'lru-cache';
import type { Db } from '../../../runtime/database/database.ts';
import type { Confidence } from '../confidence.ts';
import { selectTold } from '../deliveries/store.ts';

const bytesMax = 8 * 1024 * 1024;
const keptMilliseconds = 30_000;

type Due = { readonly event_id: string; readonly salt: Buffer | null };
type Told = ReadonlyMap<string, Body>;

export type Body = {
  readonly bytes: Buffer;
  /** How deep what it tells stands. */
  readonly depth: number;
};

/** What was told last, for all endpoints that are told the same: each is read and decrypted once. */
export class Bodies {
  readonly #kept = new LRUCache<string, Body>({
    maxSize: bytesMax,
    sizeCalculation: ({ bytes }) => bytes.length,
    ttl: keptMilliseconds,
    ttlAutopurge: false,
  });
  readonly #reading = new Map<string, Promise<Told>>();

  /** What some deliveries of an organization send, by their events; what is gone is not among them. */
  async of(
    db: Db,
    organization: number,
    due: readonly Due[],
    confidenceOf: (salt: Buffer) => Confidence,
  ): Promise<Told> {
    const bodies = new Map<string, Body>();
    const awaited = new Set<Promise<Told>>();
    const unknown = new Map<string, Buffer>();
    for (const { event_id, salt } of due) {
      if (!salt) continue;
      const body = this.#kept.get(event_id);
      const reading = this.#reading.get(event_id);
      if (body) bodies.set(event_id, body);
      else if (reading) awaited.add(reading);
      else unknown.set(event_id, salt);
    }
    if (unknown.size > 0) awaited.add(this.#read(db, organization, unknown, confidenceOf));
    for (const told of await Promise.all(awaited)) {
      for (const [id, body] of told) bodies.set(id, body);
    }
    return bodies;
  }

  async #read(
    db: Db,
    organization: number,
    salts: ReadonlyMap<string, Buffer>,
    confidenceOf: (salt: Buffer) => Confidence,
  ): Promise<Told> {
    const reading = readTold(db, organization, salts, confidenceOf);
    for (const id of salts.keys()) this.#reading.set(id, reading);
    try {
      const told = await reading;
      for (const [id, body] of told) this.#kept.set(id, body);
      return told;
    } finally {
      for (const id of salts.keys()) this.#reading.delete(id);
    }
  }
}

async function readTold(
  db: Db,
  organization: number,
  salts: ReadonlyMap<string, Buffer>,
  confidenceOf: (salt: Buffer) => Confidence,
): Promise<Told> {
  const rows = await selectTold(db, organization, [...salts.keys()]);
  return new Map(
    rows.map(({ id, encrypted, depth }) => {
      const { decrypt } = confidenceOf(salts.get(id) as Buffer);
      return [id, { bytes: Buffer.from(decrypt(encrypted)), depth }];
    }),
  );
}
