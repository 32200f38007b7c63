import {
  type CryptoKey,
  calculateJwkThumbprint,
  errors,
  exportJWK,
  exportPKCS8,
  generateKeyPair,
  importJWK,
  importPKCS8,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import type { SealedColumn } from '../../runtime/secrets/secrets.ts';
import {
  deleteSigningKeys,
  insertSigningKey,
  lockSigningKeysAfter,
  type SigningKeyRow,
  selectSigningKeys,
  updateSigningKeySealed,
} from './signing-keys/store.ts';

export type Sealing = {
  seal(plaintext: Buffer, context: string): Buffer;
  open(sealed: Buffer, context: string): Buffer;
};

const algorithm = 'RS256';
export const tokenSeconds = 3600;
/** A retired key is published a little longer than the last token that it signed can live. */
const retiredMilliseconds = 2 * tokenSeconds * 1000;
const rotationMilliseconds = 90 * 24 * 3600 * 1000;
const lookAgainMilliseconds = 1_000;

type Keys = {
  signing: { kid: string; key: CryptoKey; createdAt: Date } | undefined;
  public: Map<string, { jwk: JsonWebKey; key: CryptoKey }>;
};

/** The keys of access tokens: one signs, earlier ones still verify. */
export class SigningKeys {
  readonly #database: Database;
  readonly #sealing: Sealing;
  readonly #clock: Clock;
  #keys: Promise<Keys> | undefined;
  #lookedAgainAt = -Infinity;

  constructor(database: Database, listener: Listener, sealing: Sealing, clock: Clock) {
    this.#database = database;
    this.#sealing = sealing;
    this.#clock = clock;
    const forget = () => {
      this.#keys = undefined;
    };
    listener.on('signing_key', forget);
    listener.onLost(forget);
  }

  /** Makes the first key if there is none. */
  async start(): Promise<void> {
    const { signing } = await this.#current();
    if (!signing) await this.rotate();
  }

  async sign(claims: JWTPayload): Promise<string> {
    const { signing } = await this.#current();
    if (!signing) throw new Error('there is no key to sign with');
    return new SignJWT(claims)
      .setProtectedHeader({ alg: algorithm, kid: signing.kid, typ: 'JWT' })
      .sign(signing.key);
  }

  /** The claims of a token that one of our keys signed and that has not expired; else undefined. */
  async verify(token: string): Promise<JWTPayload | undefined> {
    try {
      const { payload } = await jwtVerify(token, (header) => this.#publicKey(header.kid), {
        algorithms: [algorithm],
        currentDate: this.#clock.now(),
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** RFC 7517. */
  async jwks(): Promise<{ keys: JsonWebKey[] }> {
    return { keys: [...(await this.#current()).public.values()].map(({ jwk }) => jwk) };
  }

  /**
   * Makes a new key the one that signs; the one before it stays published until its tokens have
   * expired.
   */
  async rotate(): Promise<void> {
    const { signing } = await this.#current();
    const { privateKey, publicKey } = await generateKeyPair(algorithm, {
      modulusLength: 2048,
      extractable: true,
    });
    const jwk = await exportJWK(publicKey);
    const kid = await calculateJwkThumbprint(jwk);
    const sealed = this.#sealing.seal(Buffer.from(await exportPKCS8(privateKey)), kid);
    await this.#database.system.transaction((tx) =>
      insertSigningKey(tx, {
        kid,
        public_jwk: { ...jwk, kid, use: 'sig', alg: algorithm },
        sealed_private_key: sealed,
        now: this.#clock.now(),
        after: signing?.kid ?? null,
      }),
    );
    this.#keys = undefined;
  }

  /** Rotates a key that is old enough, and deletes those whose tokens have all expired. */
  async tend(): Promise<void> {
    const now = this.#clock.now().getTime();
    const { signing } = await this.#current();
    if (signing && now - signing.createdAt.getTime() > rotationMilliseconds) await this.rotate();
    await this.#database.system.transaction((tx) =>
      deleteSigningKeys(tx, new Date(now - retiredMilliseconds)),
    );
    this.#keys = undefined;
  }

  async #publicKey(kid: string | undefined): Promise<CryptoKey> {
    const known = kid === undefined ? undefined : (await this.#current()).public.get(kid);
    if (known) return known.key;
    // Another process may have made a key whose announcement is still on its way.
    if (performance.now() - this.#lookedAgainAt > lookAgainMilliseconds) {
      this.#lookedAgainAt = performance.now();
      this.#keys = undefined;
    }
    const found = kid === undefined ? undefined : (await this.#current()).public.get(kid);
    if (!found) throw new errors.JWKSNoMatchingKey();
    return found.key;
  }

  #current(): Promise<Keys> {
    if (!this.#keys) {
      const loading = this.#load();
      loading.catch(() => {
        if (this.#keys === loading) this.#keys = undefined;
      });
      this.#keys = loading;
    }
    return this.#keys;
  }

  async #load(): Promise<Keys> {
    const rows = await selectSigningKeys(this.#database.system.reading);
    const keys = await Promise.all(rows.map(publicKeyOf));
    const signing = rows.find(({ retired_at }) => retired_at === null);
    return {
      public: new Map(keys),
      signing: signing && {
        kid: signing.kid,
        createdAt: signing.created_at,
        key: await importPKCS8(
          this.#sealing.open(signing.sealed_private_key, signing.kid).toString(),
          algorithm,
        ),
      },
    };
  }
}

async function publicKeyOf({ kid, public_jwk }: SigningKeyRow) {
  const key = (await importJWK(
    public_jwk as Parameters<typeof importJWK>[0],
    algorithm,
  )) as CryptoKey;
  return [kid, { jwk: public_jwk as JsonWebKey, key }] as const;
}

/** The sealed private keys, for when the master key is replaced. */
export const signingKeyColumn: SealedColumn = {
  name: 'platform.signing_key',
  async selectBatch(tx, key) {
    const rows = await lockSigningKeysAfter(tx, key);
    return rows.map(({ kid, sealed_private_key: sealed }) => ({ key: kid, context: kid, sealed }));
  },
  update: (tx, { key, sealed }) => updateSigningKeySealed(tx, key, sealed),
};
