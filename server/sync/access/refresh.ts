import { createHmac, randomBytes } from 'node:crypto';
import type { ConsumerRow } from '../../platform/access/store.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import { hashSecret } from '../../runtime/secret-hash.ts';
import type { Secrets } from '../../runtime/secrets/secrets.ts';
import {
  deleteFamily,
  insertRefreshToken,
  lockRefreshToken,
  updateRefreshTokenUsed,
} from './store.ts';

/** Two processes of one client refresh at the same moment. */
const graceMilliseconds = 30_000;
const livesMilliseconds = 30 * 24 * 3600 * 1000;

type Services = { database: Database; secrets: Secrets; clock: Clock };
type Refreshed = { token: string; scopes: string[] };

/**
 * Refresh tokens (RFC 6749, section 6) that work once. Each is derived from the one before under a key
 * of this installation, so whoever asks again in time gets the same one, and no token is stored.
 */
export class RefreshTokens {
  readonly #services: Services;
  #key: Promise<Buffer> | undefined;

  constructor(services: Services) {
    this.#services = services;
  }

  async issue(consumer: ConsumerRow, scopes: string[]): Promise<string> {
    const { database } = this.#services;
    const token = textOf(randomBytes(32));
    const family = hashSecret(token);
    await database
      .of(consumer.organization_id)
      .transaction((tx) => this.#insert(tx, consumer, { token, family, scopes }));
    return token;
  }

  /**
   * The next one; undefined when this one is unknown, expired, of another client or of an earlier
   * secret, or was used before: then everything that came from it ends.
   */
  async use(consumer: ConsumerRow, token: string): Promise<Refreshed | undefined> {
    const { database, clock } = this.#services;
    const { organization_id: organization } = consumer;
    const next = textOf(
      createHmac('sha256', await this.#derivingKey())
        .update(token)
        .digest(),
    );
    const hash = hashSecret(token);
    return database.of(organization).transaction(async (tx) => {
      const row = await lockRefreshToken(tx, organization, hash);
      const now = clock.now();
      if (row?.consumer_id !== consumer.id || row.generation !== consumer.generation) {
        return undefined;
      }
      if (row.expires_at <= now) return undefined;
      const { family, scopes, used_at } = row;
      if (used_at === null) {
        await updateRefreshTokenUsed(tx, organization, hash, now);
        await this.#insert(tx, consumer, { token: next, family, scopes });
      } else if (now.getTime() - used_at.getTime() > graceMilliseconds) {
        await deleteFamily(tx, organization, family);
        return undefined;
      }
      return { token: next, scopes };
    });
  }

  async #insert(
    tx: Tx,
    { organization_id, id: consumer_id, generation }: ConsumerRow,
    { token, family, scopes }: Refreshed & { family: Buffer },
  ): Promise<void> {
    const now = this.#services.clock.now();
    const expires_at = new Date(now.getTime() + livesMilliseconds);
    const hash = hashSecret(token);
    const row = { hash, family, consumer_id, generation, scopes, now, expires_at };
    await insertRefreshToken(tx, organization_id, row);
  }

  #derivingKey(): Promise<Buffer> {
    if (!this.#key) {
      const loading = this.#services.secrets.sharedSecret('sync refresh tokens', () =>
        randomBytes(32),
      );
      loading.catch(() => {
        this.#key = undefined;
      });
      this.#key = loading;
    }
    return this.#key;
  }
}

function textOf(bytes: Buffer): string {
  return `rt_${bytes.toString('base64url')}`;
}
