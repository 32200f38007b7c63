import { randomBytes } from 'node:crypto';
import type { Clock } from '../../runtime/clock.ts';
import type { Config } from '../../runtime/config.ts';
import type { Database } from '../../runtime/database/database.ts';
import { AppError } from '../../runtime/errors.ts';
import type { Secrets } from '../../runtime/secrets/secrets.ts';
import type { MemberCaller } from '../access/callers.ts';
import { readSessionToken, sessionCookieName } from './cookies.ts';
import { selectLiving, selectSession } from './store.ts';

const scopes: ReadonlySet<string> = new Set(['member', 'person']);

/** Finds out who is signed in, from the session cookie. */
export class Sessions {
  readonly #database: Database;
  readonly #secrets: Secrets;
  readonly #clock: Clock;
  readonly #cookieName: string;
  #secret: Promise<string> | undefined;

  constructor(database: Database, secrets: Secrets, clock: Clock, { publicUrl }: Config) {
    this.#database = database;
    this.#secrets = secrets;
    this.#clock = clock;
    this.#cookieName = sessionCookieName(publicUrl);
  }

  /**
   * Asks the database each time, so that a session that was ended anywhere is refused at once.
   * @throws AppError unauthorized (401)
   */
  async authenticate(cookies: string | undefined): Promise<MemberCaller> {
    if (cookies === undefined) throw refusal();
    const token = readSessionToken(cookies, this.#cookieName, await this.secret());
    if (token === undefined) throw refusal();
    const row = await selectSession(this.#database.system.reading, token, this.#clock.now());
    if (!row) throw refusal();
    return {
      kind: 'member',
      id: row.member_id,
      organization: row.organization_id,
      scopes,
      plan: 'member',
      userId: row.user_id,
      sessionId: row.id,
      role: row.role,
    };
  }

  /** Those of some sessions that are alive, each with the organization that it works for. */
  async living(ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const { reading } = this.#database.system;
    const rows = await selectLiving(reading, [...new Set(ids)], this.#clock.now());
    return new Map(rows.map((row) => [row.id, row.organization_id]));
  }

  /** The secret that cookies are signed with, the same in all processes. */
  secret(): Promise<string> {
    if (!this.#secret) {
      const made = this.#secrets.sharedSecret('sign-in', () => randomBytes(32));
      this.#secret = made.then((bytes) => bytes.toString('base64'));
      this.#secret.catch(() => {
        this.#secret = undefined;
      });
    }
    return this.#secret;
  }
}

function refusal(): AppError {
  return new AppError('unauthorized', {
    message: 'You are not signed in, or your session has ended; sign in and try again.',
    headers: { 'www-authenticate': 'Session' },
  });
}
