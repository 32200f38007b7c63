import { createHash, createPrivateKey, type KeyObject, sign } from 'node:crypto';
import jsforce from 'jsforce';
import { LRUCache } from 'lru-cache';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import type { SalesforceCredentials, SalesforceSettings } from './config.ts';
import { GuardedTransport } from './transport.ts';

/** What signing in has given. */
export type Grant = { readonly token: string; readonly instance: string };

const assertionSeconds = 120;

/** Of all connections of this process: a connection is opened for every request of ours anew. */
const grants = new LRUCache<string, Promise<Grant>>({ max: 1_000 });

/**
 * The grant that is kept, or a new one; all who need one wait for the same request. `refused`: a token
 * that is not taken any more.
 */
export async function grantOf(
  settings: SalesforceSettings,
  outside: Outside,
  refused?: string,
): Promise<Grant> {
  if (settings.credentials.oauth_flow === 'authorization_code') {
    const { token, answer } = await outside.access(refused);
    return { token, instance: instanceOf(settings, answer.instance_url) };
  }
  const key = keyOf(settings);
  for (;;) {
    outside.signal.throwIfAborted();
    const kept = grants.get(key);
    const asked = kept ?? ask(settings, outside);
    if (!kept) grants.set(key, asked);
    try {
      return await asked;
    } catch (error) {
      if (grants.get(key) === asked) grants.delete(key);
      // Whoever asked may have been ended, which says nothing about the credentials.
      if (!kept || error instanceof ConnectorError) throw error;
    }
  }
}

/** A token is not taken any more: whoever comes next signs in anew, once for all. */
export async function forgetGrant(settings: SalesforceSettings, token: string): Promise<void> {
  const key = keyOf(settings);
  const kept = grants.get(key);
  const known = await kept?.catch(() => undefined);
  if (known?.token === token && grants.get(key) === kept) grants.delete(key);
}

/** Every text of the credentials that must not be shown. */
export function secretsOf(credentials: SalesforceCredentials): string[] {
  if (credentials.oauth_flow === 'client_credentials') return [credentials.consumer_secret];
  return credentials.oauth_flow === 'authorization_code' ? [credentials.client_secret] : [];
}

async function ask(settings: SalesforceSettings, outside: Outside): Promise<Grant> {
  const { credentials, loginUrl } = settings;
  const place = loginUrl.href.replace(/\/$/, '');
  const isSecret = credentials.oauth_flow === 'client_credentials';
  const client = new jsforce.OAuth2({
    loginUrl: place,
    ...(isSecret
      ? { clientId: credentials.consumer_key, clientSecret: credentials.consumer_secret }
      : {}),
  });
  client._transport = new GuardedTransport(outside, outside.signal);
  try {
    const { access_token, instance_url } = await client.requestToken(parametersOf(settings));
    return { token: access_token, instance: instanceOf(settings, instance_url) };
  } catch (error) {
    if (error instanceof ConnectorError || outside.signal.aborted) throw error;
    throw refusalOf(error, place, credentials);
  }
}

// https://help.salesforce.com/s/articleView?id=sf.remoteaccess_oauth_jwt_flow.htm
function parametersOf(
  settings: SalesforceSettings,
): Record<string, string> & { grant_type: string } {
  const { credentials, audience } = settings;
  if (credentials.oauth_flow !== 'jwt_bearer') return { grant_type: 'client_credentials' };
  const claims = {
    iss: credentials.consumer_key,
    sub: credentials.username,
    aud: audience,
    exp: Math.floor(Date.now() / 1000) + assertionSeconds,
  };
  const head = `${encoded({ alg: 'RS256' })}.${encoded(claims)}`;
  const signature = sign('sha256', Buffer.from(head), privateKeyOf(credentials.private_key ?? ''));
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: `${head}.${signature.toString('base64url')}`,
  };
}

function privateKeyOf(pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {}
  const message = 'The private key must be an RSA key in PEM that is not encrypted.';
  throw new ConnectorError('configuration', message);
}

/** Tokens go to a place of the vendor over TLS only, or to that of the connection. */
function instanceOf({ instance, loginUrl }: SalesforceSettings, answered: unknown): string {
  if (instance) return instance.origin;
  const url = URL.parse(String(answered));
  if (url && (url.protocol === 'https:' || url.origin === loginUrl.origin)) return url.origin;
  throw new ConnectorError('configuration', `${loginUrl.origin} answered no instance_url.`);
}

function refusalOf(error: unknown, place: string, credentials: SalesforceCredentials) {
  const { name = '', message = '' } = error as Error;
  const said = secretsOf(credentials).reduce(
    (rest, secret) => rest.replaceAll(secret, '***'),
    message.slice(0, 300),
  );
  const reason = /^[a-z_]+$/.test(name) ? ` (${name})` : '';
  return new ConnectorError('configuration', `${place} does not accept the credentials${reason}.`, {
    ...(said === '' ? {} : { upstream: said }),
    cause: error,
  });
}

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function keyOf({ loginUrl, audience, credentials }: SalesforceSettings): string {
  const said = JSON.stringify([loginUrl.href, audience, credentials]);
  return createHash('sha256').update(said).digest('base64');
}
