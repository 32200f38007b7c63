import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { messagingScopes } from '../../../contract/messaging/index.ts';
import { syncScopes } from '../../../contract/sync/index.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import { invalid } from '../../runtime/errors.ts';
import { lookupId, shortId } from '../../runtime/ids.ts';
import type { PlanName } from '../../runtime/limits/plans.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import { hashSecret } from '../../runtime/secret-hash.ts';
import type { Caller } from './callers.ts';
import { Remembered } from './remembered.ts';
import {
  insertKey,
  type KeyRow,
  notifyKey,
  selectKey,
  updateKeyRevoked,
  updateKeysRevoked,
  updateKeyUsed,
} from './store.ts';

/** The forms of keys of the Sync API and of the Messaging API. */
const forms = { sync: /^(?:ts|sk)_(live|test)_[A-Za-z0-9_-]{32}$/, threads: /^[A-Za-z0-9_-]{24}$/ };
type Kind = keyof typeof forms;

export type KeyToMake = {
  name: string;
  kind: Kind;
  plan: PlanName;
  /** The member who makes it; undefined: the operator. */
  createdBy?: number;
  /** Scopes of other products that a key of Sync has as well. */
  scopes?: readonly string[];
};

/**
 * Every process hears of a revocation within milliseconds of its commit. A revocation is answered
 * only after this time, so that the very next call, on any process, is refused.
 */
export const heardMilliseconds = 100;

const usedMilliseconds = 60_000;
const usedMax = 10_000;

/** Makes a static key. The key itself is answered now and never again. */
export async function createKey(
  tx: Tx,
  organization: number,
  key: KeyToMake,
  now: Date,
  text = newKey(key.kind),
): Promise<{ id: string; key: string }> {
  const hash = hashSecret(text);
  const lastFour = text.slice(-4);
  const id = await insertKey(tx, organization, { ...key, hash, lastFour, now });
  return { id: shortId('key', id), key: text };
}

function newKey(kind: Kind): string {
  if (kind === 'sync') return `ts_live_${randomBytes(24).toString('base64url')}`;
  return randomBytes(18).toString('base64url');
}

/**
 * Revokes a static key, in every process.
 * @throws AppError 400 when there is no live key with this id
 */
export async function revokeKey(tx: Tx, organization: number, id: string, now: Date) {
  const ended = await endKey(tx, organization, lookupId('key', id), now);
  if (!ended) throw invalid('id', `no active key has the id ${id}.`);
}

/** The same; answers false when there is no live key with this id. */
export async function endKey(tx: Tx, organization: number, id: number, now: Date) {
  const hash = await updateKeyRevoked(tx, organization, id, now);
  if (hash) await notifyKey(tx, hash);
  return hash !== undefined;
}

/** Revokes all keys that a member made; answers their ids. */
export async function endKeysOf(tx: Tx, organization: number, memberId: number, now: Date) {
  const ended = await updateKeysRevoked(tx, organization, memberId, now);
  for (const { hash } of ended) await notifyKey(tx, hash);
  return ended.map(({ id }) => id);
}

const scopesOf: Record<Kind, readonly string[]> = {
  sync: syncScopes,
  threads: messagingScopes,
};

/** Keys made by members share one bucket per organization: one more key is not one more limit. */
function bucketOf({ created_by, organization_id }: KeyRow): { bucket?: string } {
  return created_by === null ? {} : { bucket: `keys of members of ${organization_id}` };
}

/**
 * Checks static keys: no database is asked for a known key, and its use is recorded once a minute.
 */
export class Keys {
  readonly #rows: Remembered<KeyRow>;
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #log: Log;
  /** When the use of each key was last recorded. */
  readonly #noted = new LRUCache<number, number>({ max: usedMax });

  constructor(database: Database, listener: Listener, clock: Clock, log: Log) {
    this.#database = database;
    this.#clock = clock;
    this.#log = log;
    this.#rows = new Remembered(listener, 'key', (hash) =>
      selectKey(database.system.reading, Buffer.from(hash, 'hex')),
    );
  }

  /** Whether a credential has the form of a static key. */
  static looksLike(credential: string): boolean {
    return Object.values(forms).some((form) => form.test(credential));
  }

  /** The caller that a key identifies; undefined when there is no such live key. */
  async check(credential: string): Promise<Caller | undefined> {
    // One client library writes the prefix of the same keys in another way.
    const text = credential.replace(/^sk_/, 'ts_');
    const row = await this.#rows.get(hashSecret(text).toString('hex'));
    if (row) this.#note(row);
    return (
      row && {
        kind: 'key',
        id: row.id,
        organization: row.organization_id,
        scopes: new Set([...scopesOf[row.kind], ...row.scopes]),
        plan: row.plan,
        ...bucketOf(row),
      }
    );
  }

  /** Nobody waits for this: it is not part of the request. */
  #note({ organization_id, id }: KeyRow): void {
    const now = this.#clock.now();
    const elapsed = now.getTime() - (this.#noted.get(id) ?? 0);
    // A time in the future was recorded by a clock that was ahead.
    if (elapsed >= 0 && elapsed < usedMilliseconds) return;
    this.#noted.set(id, now.getTime());
    const before = new Date(now.getTime() - usedMilliseconds);
    this.#database.system
      .transaction((tx) => updateKeyUsed(tx, organization_id, id, { now, before }))
      .catch((error) => this.#log.warn(loggable(error), 'that a key was used is not noted'));
  }
}
