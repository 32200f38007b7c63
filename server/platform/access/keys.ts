import { randomBytes } from 'node:crypto';
import type { Database, Tx } from '../../runtime/database/database.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import { invalid } from '../../runtime/errors.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import type { PlanName } from '../../runtime/limits/plans.ts';
import type { Caller } from './callers.ts';
import { hashSecret } from './consumers.ts';
import { Remembered } from './remembered.ts';
import { insertKey, type KeyRow, notifyKey, selectKey, updateKeyRevoked } from './store.ts';

const form = /^ts_(live|test)_[A-Za-z0-9_-]{32}$/;

/** Makes a static key of the Sync API; it is shown now and never again. */
export async function createKey(
  tx: Tx,
  organization: number,
  key: { name: string; plan: PlanName },
  now: Date,
): Promise<{ id: string; key: string }> {
  const text = `ts_live_${randomBytes(24).toString('base64url')}`;
  const hash = hashSecret(text);
  const lastFour = text.slice(-4);
  const id = await insertKey(tx, organization, { ...key, kind: 'sync', hash, lastFour, now });
  return { id: shortId('key', id), key: text };
}

/** Ends a static key now, in every process. */
export async function revokeKey(tx: Tx, organization: number, id: string, now: Date) {
  const hash = await updateKeyRevoked(tx, organization, readId('key', id) ?? 0, now);
  if (!hash) throw invalid('id', `no active key has the id ${id}.`);
  await notifyKey(tx, hash);
}

/** Checks static keys; asks no database once a key is known. */
export class Keys {
  readonly #rows: Remembered<KeyRow>;

  constructor(database: Database, listener: Listener) {
    this.#rows = new Remembered(listener, 'key', (hash) =>
      selectKey(database.system.reading, Buffer.from(hash, 'hex')),
    );
  }

  /** Whether a credential has the form of a static key. */
  static looksLike(credential: string): boolean {
    return form.test(credential);
  }

  /** Whose key this is; undefined when there is no such key any more. A key has no scopes here. */
  async check(credential: string): Promise<Caller | undefined> {
    const row = await this.#rows.get(hashSecret(credential).toString('hex'));
    return (
      row && {
        kind: 'key',
        id: row.id,
        organization: row.organization_id,
        scopes: new Set(),
        practiceIds: null,
        plan: row.plan,
      }
    );
  }
}
