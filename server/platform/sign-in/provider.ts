import { passkey } from '@better-auth/passkey';
import { type BetterAuthOptions, betterAuth } from 'better-auth';
import { APIError } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins/generic-oauth';
import { twoFactor } from 'better-auth/plugins/two-factor';
import type pg from 'pg';
import { passwordLengthMax, passwordLengthMin } from '../../../contract/platform/shapes.ts';
import type { Config } from '../../runtime/config.ts';
import { Connections } from '../../runtime/database/connections.ts';
import type { Database } from '../../runtime/database/database.ts';
import { type Lending, lend, noted } from '../../runtime/database/lending.ts';
import type { Log } from '../../runtime/log.ts';
import { hashPassword, verifyPassword } from '../../runtime/passwords.ts';
import { proveAddress, proveByProvider } from '../accounts/accounts.ts';
import { selectFirstOrganization } from '../sessions/store.ts';
import { addressHeader } from './address.ts';
import type { Handler } from './forwarding.ts';
import { signInName } from './name.ts';
import * as tables from './tables.ts';
import { type Endpoint, refuseUsedCode, useCode } from './used-codes.ts';

type Settings = {
  config: Config;
  database: Database;
  log: Log;
  /** The secret that cookies are signed with. */
  secret: string;
};

export type Provider = {
  handler: Handler;
  /** With single sign-on; undefined while the identity provider cannot be reached. */
  singleSignOn(): Promise<Handler | undefined>;
  close(): Promise<void>;
};

const connectionsMax = 4;
const sessionSeconds = 30 * 24 * 3600;

/** better-auth on connections of its own. */
export function openProvider(settings: Settings): Provider {
  const pool = openPool(settings);
  const options = optionsOf(settings, pool);
  return {
    handler: betterAuth(options).handler,
    async singleSignOn() {
      const plugins = [...options.plugins, identityProvider(settings.config)];
      const auth = betterAuth({ ...options, plugins });
      const { socialProviders } = await auth.$context;
      return socialProviders.length > 0 ? auth.handler : undefined;
    },
    close: () => pool.end(),
  };
}

function openPool({ database, log }: Settings): Lending {
  const name = `heddle ${process.pid} sign-in`;
  const options = {
    role: 'heddle_system',
    name,
    max: connectionsMax,
    searchPath: 'platform',
  } as const;
  return lend(new Connections(database.address, options, log));
}

/**
 * Only members of some organization can sign in; nobody signs up. Limits and the origin of requests
 * are checked before they come here.
 */
function optionsOf({ config: { publicUrl }, database, secret }: Settings, pool: Lending) {
  const { origin, hostname } = new URL(publicUrl);
  return {
    appName: 'Heddle',
    baseURL: origin,
    basePath: '/api/auth',
    secret,
    // Of a pool, better-auth uses `connect` only.
    database: pool as unknown as pg.Pool,
    logger: { disabled: true },
    telemetry: { enabled: false },
    rateLimit: { enabled: false },
    trustedOrigins: (request?: Request) => [originOf(request) ?? origin],
    emailAndPassword: { ...emailAndPassword, onPasswordReset: proveByMail(database) },
    user: tables.user,
    session: { ...tables.session, expiresIn: sessionSeconds, disableSessionRefresh: true },
    account: { ...tables.account, updateAccountOnSignIn: false, accountLinking },
    verification: { ...tables.verification, storeIdentifier: 'hashed' },
    hooks: { before: refuseUsedCode(database) },
    databaseHooks: {
      session: { create: { before: beginSession(database) } },
      account: { create: { before: beginAccount(database) } },
    },
    plugins: [
      twoFactor({ issuer: 'Heddle', schema: tables.twoFactor }),
      passkey({ rpID: hostname, rpName: 'Heddle', schema: tables.passkey }),
    ],
    advanced: {
      cookiePrefix: 'heddle',
      useSecureCookies: publicUrl.startsWith('https:'),
      disableCSRFCheck: true,
      ipAddress: { ipAddressHeaders: [addressHeader] },
      database: { validateSchema: false },
    },
    // Errors that are no refusals go on to the caller, and are logged and answered there.
    onAPIError: { throw: true, errorURL: `${publicUrl}/sign-in` },
  } satisfies BetterAuthOptions;
}

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

/** An account exists only by invitation, so its address need not be proven before it is linked. */
const accountLinking = { enabled: true, requireLocalEmailVerified: false };

/** Nothing is done on anybody's behalf at the identity provider, so its tokens are not kept. */
const noTokens = { accessToken: null, refreshToken: null, idToken: null };

/** The link in the mail has shown the address to be theirs. */
function proveByMail({ system }: Database) {
  return async ({ user }: { user: { id: string } }) => {
    await system.transaction((tx) => proveAddress(tx, user.id, new Date()));
  };
}

/**
 * An account is linked only if the identity provider has shown that the address is the person's:
 * whoever used it until now without having shown that is locked out.
 */
function beginAccount({ system }: Database) {
  return async (account: { userId: string; providerId: string }) => {
    if (account.providerId === 'oidc') {
      await system.transaction((tx) => proveByProvider(tx, account.userId, new Date()));
    }
    return { data: { ...account, ...noTokens } };
  };
}

/** Only members get in, by an address that the identity provider has verified. */
function identityProvider({ oidc, publicUrl }: Config) {
  if (!oidc) throw new Error('no identity provider is set');
  return genericOAuth({
    config: [
      {
        providerId: 'oidc',
        name: oidc.name,
        discoveryUrl: `${oidc.issuer}/.well-known/openid-configuration`,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        scopes: ['openid', 'email', 'profile'],
        redirectURI: `${publicUrl}/api/auth/callback/oidc`,
        requireIdTokenVerification: true,
        disableSignUp: true,
        mapProfileToUser: ({ email }) =>
          typeof email === 'string' ? { email: signInName(email) } : {},
      },
    ],
  });
}

/**
 * The origin of the page that asked: only requests from pages of this server get here, except by
 * GET.
 */
function originOf(request: Request | undefined): string | undefined {
  return request?.method === 'POST' ? (request.headers.get('origin') ?? undefined) : undefined;
}

/**
 * A new session works for the organization of the one before it, or else for the oldest
 * membership's.
 */
function beginSession(database: Database) {
  return async (
    session: { userId: string; activeOrganizationId?: unknown },
    endpoint: Endpoint = null,
  ) => {
    await noted(() => useCode(database, session.userId, endpoint));
    if (session.activeOrganizationId) return { data: session };
    const active = await noted(() =>
      selectFirstOrganization(database.system.reading, session.userId),
    );
    if (active === undefined) throw noMember();
    return { data: { ...session, activeOrganizationId: active } };
  };
}

/** The same answer as for a wrong password: it does not reveal which accounts exist. */
function noMember(): APIError {
  return new APIError('UNAUTHORIZED', {
    code: 'INVALID_EMAIL_OR_PASSWORD',
    message: 'Invalid email or password',
  });
}
