import { randomBytes } from 'node:crypto';
import { messagingScopes } from '../../../contract/messaging/index.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import { invalid } from '../../runtime/errors.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import type { PlanName } from '../../runtime/limits/plans.ts';
import type { Caller } from './callers.ts';
import { hashSecret } from './consumers.ts';
import { Remembered } from './remembered.ts';
import { insertKey, type KeyRow, notifyKey, selectKey, updateKeyRevoked } from './store.ts';

/** Of the Sync API, and of the Messaging API. */
const forms = { sync: /^ts_(live|test)_[A-Za-z0-9_-]{32}$/, threads: /^[A-Za-z0-9_-]{24}$/ };
type Kind = keyof typeof forms;

/** Makes a static key; it is shown now and never again. */
export async function createKey(
  tx: Tx,
  organization: number,
  key: { name: string; kind: Kind; plan: PlanName },
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

/** Ends a static key now, in every process. */
export async function revokeKey(tx: Tx, organization: number, id: string, now: Date) {
  const hash = await updateKeyRevoked(tx, organization, readId('key', id) ?? 0, now);
  if (!hash) throw invalid('id', `no active key has the id ${id}.`);
  await notifyKey(tx, hash);
}

const scopesOf: Record<Kind, ReadonlySet<string>> = {
  sync: new Set(),
  threads: new Set(messagingScopes),
};

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
    return Object.values(forms).some((form) => form.test(credential));
  }

  /** Whose key this is; undefined when there is no such key any more. */
  async check(credential: string): Promise<Caller | undefined> {
    const row = await this.#rows.get(hashSecret(credential).toString('hex'));
    return (
      row && {
        kind: 'key',
        id: row.id,
        organization: row.organization_id,
        scopes: scopesOf[row.kind],
        practiceIds: null,
        plan: row.plan,
      }
    );
  }
}
