import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { bodyOf, placeOf, readBody, refusalOf } from './answer.ts';
import { basic, type OAuthClient, secretsOf } from './credentials.ts';
import { retryAfterSeconds } from './waits.ts';

const answerBytesMax = 2 ** 20;
const validSecondsDefault = 300;
const askSeconds = 30;

type Token = { readonly token: string; readonly renewAt: number };

/** Of all connections of this process: a connection is opened for every request of ours anew. */
const tokens = new LRUCache<string, Promise<Token>>({ max: 1_000 });

/** A token that is still valid for a while; all who need a new one wait for the same request. */
export async function tokenOf(
  client: OAuthClient,
  outside: Outside,
  signal: AbortSignal,
): Promise<string> {
  const key = keyOf(client);
  for (;;) {
    const kept = tokens.get(key);
    const isOwn = kept === undefined;
    const asked = kept ?? ask(client, outside);
    if (isOwn) tokens.set(key, asked);
    try {
      const { token, renewAt } = await asked;
      if (Date.now() < renewAt || isOwn) return token;
      if (tokens.get(key) === asked) tokens.delete(key);
    } catch (error) {
      if (tokens.get(key) === asked) tokens.delete(key);
      // Whoever asked may have been ended, which says nothing about the token.
      if (isOwn || error instanceof ConnectorError) throw error;
    }
    signal.throwIfAborted();
  }
}

export function forgetToken(client: OAuthClient): void {
  tokens.delete(keyOf(client));
}

// https://www.rfc-editor.org/rfc/rfc6749#section-4.4 and #section-6
async function ask(client: OAuthClient, outside: Outside): Promise<Token> {
  const { token_url, client_id, client_secret, refresh_token, scope, audience } = client;
  const url = new URL(token_url);
  const isInBody = client.client_authentication === 'body';
  const form = new URLSearchParams({
    ...(refresh_token === undefined
      ? { grant_type: 'client_credentials' }
      : { grant_type: 'refresh_token', refresh_token }),
    ...(scope ? { scope } : {}),
    ...(audience ? { audience } : {}),
    ...(isInBody ? { client_id, client_secret } : {}),
  });
  const [id, secret] = [encodeURIComponent(client_id), encodeURIComponent(client_secret)];
  const limit = AbortSignal.timeout(askSeconds * 1000);
  const began = Date.now();
  const { status, headers, text } = await fetchText(url, outside, {
    method: 'POST',
    headers: {
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded',
      ...(isInBody ? {} : { authorization: `Basic ${basic(id, secret)}` }),
    },
    body: form.toString(),
    signal: AbortSignal.any([limit, outside.signal]),
  });
  const answer = { status, headers, text, url, place: placeOf(url) };
  if (status < 200 || status >= 300) {
    const seconds = retryAfterSeconds(headers.get('retry-after'), Date.now());
    const secrets = [...secretsOf(client), basic(id, secret)];
    throw refusalOf(answer, secrets, { retryAfter: seconds, isOfObject: false });
  }
  const { access_token, expires_in } = (bodyOf(answer) ?? {}) as Record<string, unknown>;
  if (typeof access_token !== 'string' || access_token === '') {
    throw new ConnectorError('configuration', `${placeOf(url)} answered no access_token.`);
  }
  const valid = Number(expires_in ?? validSecondsDefault) || validSecondsDefault;
  const early = Math.min(60, valid / 10);
  return { token: access_token, renewAt: began + (valid - early) * 1000 };
}

async function fetchText(url: URL, outside: Outside, init: RequestInit) {
  try {
    const response = await outside.fetch(url, init);
    const text = await readBody(response, placeOf(url), answerBytesMax);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (error instanceof ConnectorError || outside.signal.aborted) throw error;
    const message = `${placeOf(url)} cannot be reached for a token.`;
    throw new ConnectorError('retry', message, { cause: error });
  }
}

function keyOf(client: OAuthClient): string {
  return createHash('sha256').update(JSON.stringify(client)).digest('base64');
}
