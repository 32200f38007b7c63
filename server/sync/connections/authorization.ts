import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { lookupId, shortId } from '../../runtime/ids.ts';
import type { Authorization } from '../connectors/authorization.ts';
import type { Grant } from './tokens.ts';

export type Credentials = Record<string, unknown>;

/** A person is being asked: what only we know of it. */
type Asked = { readonly state: string; readonly verifier: string; readonly until: string };

/** Credentials that a person opens, with what is kept beside what was given. */
export type ByPerson = {
  readonly oauth_flow: 'authorization_code';
  readonly client_id: string;
  readonly client_secret: string;
  readonly scopes?: readonly string[];
  readonly asked?: Asked;
  readonly grant?: Grant;
};

const minutes = 10;
const secretBytes = 32;

export function isByPerson(credentials: Credentials): credentials is Credentials & ByPerson {
  return credentials.oauth_flow === 'authorization_code';
}

/** Whether a person has still to give access. */
export function isWaiting(credentials: Credentials): boolean {
  return isByPerson(credentials) && credentials.grant === undefined;
}

/** What was given of them, without what is kept beside it. */
export function givenOf(credentials: Credentials): Credentials {
  if (!isByPerson(credentials)) return credentials;
  const { asked: _, grant: __, ...given } = credentials;
  return given;
}

/** Where this server is told what a person has answered. */
export function callbackOf(origin: string): string {
  return `${origin}/v1/oauth/callback`;
}

type Asking = {
  organization: number;
  id: string;
  config: Readonly<Record<string, unknown>>;
  authorization: Authorization;
  origin: string;
  now: Date;
};

/**
 * Where a person gives access: once, within ten minutes (RFC 6749, section 4.1.1; RFC 7636). The
 * credentials remember that they were asked for, and forget what came of it before.
 */
export function askPerson(
  credentials: Credentials & ByPerson,
  { organization, id, config, authorization, origin, now }: Asking,
): { credentials: Credentials; url: string } {
  const secret = randomBytes(secretBytes).toString('base64url');
  const state = [shortId('organization', organization), id, secret].join('.');
  const verifier = randomBytes(secretBytes).toString('base64url');
  const url = new URL(authorization.places(config).authorize);
  const parameters = {
    response_type: 'code',
    client_id: credentials.client_id,
    redirect_uri: callbackOf(origin),
    scope: (credentials.scopes ?? authorization.scopes).join(authorization.scopeSeparator ?? ' '),
    state,
    code_challenge: digestOf(verifier).toString('base64url'),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  const until = new Date(now.getTime() + minutes * 60_000).toISOString();
  const asked = { state: digestOf(state).toString('base64'), verifier, until };
  return { credentials: { ...givenOf(credentials), asked }, url: url.href };
}

/** Whether these credentials wait for this answer. */
export function isAsked({ asked }: ByPerson, state: string, now: Date): boolean {
  if (!asked || new Date(asked.until) < now) return false;
  return timingSafeEqual(digestOf(state), Buffer.from(asked.state, 'base64'));
}

/** The connection that an answer is for, as it says. */
export function connectionIn(state: string): { organization: number; id: string } {
  const [organization = '', id = ''] = state.split('.');
  return { organization: lookupId('organization', organization), id };
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
