import { LRUCache } from 'lru-cache';
import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import type { Listener } from '../../runtime/database/listener.ts';
import { randomText } from '../../runtime/ids.ts';
import type { Caller } from './callers.ts';
import { Remembered } from './remembered.ts';
import { type SigningKeys, tokenSeconds } from './signing.ts';
import { type ConsumerRow, selectConsumer } from './store.ts';

type Claims = { clientId: string; scopes: ReadonlySet<string>; generation: number; exp: number };

const claimsMax = 10_000;

/**
 * Issues and checks access tokens. A check asks no database once the consumer and the token are
 * known.
 */
export class Tokens {
  readonly consumers: Remembered<ConsumerRow>;
  readonly #keys: SigningKeys;
  readonly #clock: Clock;
  readonly #issuer: string;
  readonly #claims = new LRUCache<string, Claims>({ max: claimsMax });

  constructor(
    database: Database,
    listener: Listener,
    keys: SigningKeys,
    clock: Clock,
    issuer: string,
  ) {
    this.#keys = keys;
    this.#clock = clock;
    this.#issuer = issuer;
    this.consumers = new Remembered(listener, 'consumer', (clientId) =>
      selectConsumer(database.system.reading, clientId),
    );
  }

  async issue(consumer: ConsumerRow, scopes: readonly string[]): Promise<string> {
    const iat = Math.floor(this.#clock.now().getTime() / 1000);
    return this.#keys.sign({
      iss: this.#issuer,
      sub: consumer.client_id,
      client_id: consumer.client_id,
      scope: scopes.join(' '),
      iat,
      exp: iat + tokenSeconds,
      jti: randomText(24),
      token_use: 'access',
      generation: consumer.generation,
    });
  }

  /** The caller that a token identifies; undefined when it is malformed, expired or revoked. */
  async check(token: string): Promise<Caller | undefined> {
    const claims = await this.#claimsOf(token);
    if (!claims) return undefined;
    const consumer = await this.#consumerOf(claims);
    if (!consumer || consumer.generation !== claims.generation) return undefined;
    return {
      kind: 'consumer',
      id: consumer.id,
      organization: consumer.organization_id,
      scopes: new Set(consumer.scopes).intersection(claims.scopes),
      practiceIds: consumer.practice_ids,
      plan: consumer.plan,
    };
  }

  /** A token may be of a newer secret than the cached consumer: then the row is read again. */
  async #consumerOf({ clientId, generation }: Claims): Promise<ConsumerRow | undefined> {
    const known = await this.consumers.get(clientId);
    return known && known.generation < generation ? this.consumers.reload(clientId) : known;
  }

  async #claimsOf(token: string): Promise<Claims | undefined> {
    const known = this.#claims.get(token);
    if (known) return known.exp * 1000 > this.#clock.now().getTime() ? known : undefined;
    const payload = await this.#keys.verify(token);
    if (payload?.token_use !== 'access') return undefined;
    const { client_id, scope, generation, exp } = payload;
    if (typeof client_id !== 'string' || typeof exp !== 'number') return undefined;
    const scopes = new Set(String(scope).split(' '));
    const claims = { clientId: client_id, scopes, generation: Number(generation), exp };
    this.#claims.set(token, claims);
    return claims;
  }
}
