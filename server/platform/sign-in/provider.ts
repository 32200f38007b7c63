import { passkey } from '@better-auth/passkey';
import { betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins/two-factor';
import pg from 'pg';
import { passwordLengthMax, passwordLengthMin } from '../../../contract/platform/shapes.ts';
import type { Config } from '../../runtime/config.ts';
import { connectTo } from '../../runtime/database/connection.ts';
import type { Database } from '../../runtime/database/database.ts';
import { type Log, loggable } from '../../runtime/log.ts';
import { hashPassword, verifyPassword } from '../../runtime/passwords.ts';
import { selectFirstOrganization } from '../sessions/store.ts';
import { addressHeader } from './address.ts';
import * as tables from './tables.ts';

type Settings = {
  config: Config;
  database: Database;
  log: Log;
  /** What cookies are signed with. */
  secret: string;
};

const connectionsMax = 4;
const sessionSeconds = 30 * 24 * 3600;

export type Provider = ReturnType<typeof openProvider>;

const emailAndPassword = {
  enabled: true,
  disableSignUp: true,
  minPasswordLength: passwordLengthMin,
  maxPasswordLength: passwordLengthMax,
  revokeSessionsOnPasswordReset: true,
  password: {
    hash: hashPassword,
    verify: ({ hash, password }: { hash: string; password: string }) =>
      verifyPassword(password, hash),
  },
};

/**
 * better-auth on connections of its own. Whoever signs in must be a member somewhere; nobody signs up.
 * Limits and the origin of requests are checked before they come here.
 */
export function openProvider({ config, database, log, secret }: Settings) {
  const pool = openPool(database, log);
  const { publicUrl } = config;
  const auth = betterAuth({
    appName: 'Heddle',
    baseURL: new URL(publicUrl).origin,
    basePath: '/api/auth',
    secret,
    database: pool,
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    trustedOrigins: (request) => [originOf(request) ?? new URL(publicUrl).origin],
    emailAndPassword,
    user: tables.user,
    session: { ...tables.session, expiresIn: sessionSeconds, disableSessionRefresh: true },
    account: { ...tables.account, updateAccountOnSignIn: false },
    verification: { ...tables.verification, storeIdentifier: 'hashed' },
    databaseHooks: { session: { create: { before: startAtWork(database) } } },
    plugins: [
      twoFactor({ issuer: 'Heddle', schema: tables.twoFactor }),
      passkey({ rpID: new URL(publicUrl).hostname, rpName: 'Heddle', schema: tables.passkey }),
    ],
    advanced: {
      cookiePrefix: 'heddle',
      useSecureCookies: publicUrl.startsWith('https:'),
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { validateSchema: false },
    },
    // What is no refusal goes on to whoever asked, and is logged and answered there.
    onAPIError: { throw: true },
  });
  return { auth, close: () => pool.end() };
}

/** Where the page is that asked: what is no GET was let in only from pages of this server. */
function originOf(request: Request | undefined): string | undefined {
  return request?.method === 'POST' ? (request.headers.get('origin') ?? undefined) : undefined;
}

/** Where a new session is at work: where the one before it was, or else at the first membership. */
function startAtWork({ system }: Database) {
  return async (session: { userId: string; activeOrganizationId?: unknown }) => {
    if (session.activeOrganizationId) return { data: session };
    const active = await selectFirstOrganization(system.reading, session.userId);
    if (active === undefined) throw noMember();
    return { data: { ...session, activeOrganizationId: active } };
  };
}

function openPool({ address }: Database, log: Log): pg.Pool {
  const pool = new pg.Pool({
    ...connectTo(address, 'heddle_system', `heddle ${process.pid} sign-in`, 'platform'),
    max: connectionsMax,
    idleTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  pool.on('error', (error) => log.warn(loggable(error), 'an idle database connection ended'));
  return pool;
}

/** The same answer as to a wrong password: it tells nobody whose account exists. */
function noMember(): APIError {
  return new APIError('UNAUTHORIZED', {
    code: 'INVALID_EMAIL_OR_PASSWORD',
    message: 'Invalid email or password',
  });
}
