import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';

/** By what requests to one place are signed. */
export type SigningSecrets = {
  readonly secret: string;
  /** The one before, as long as it holds beside the new one. */
  readonly previous?: string | undefined;
};

const secretBytes = 32;

/** A new secret: `whsec_` and base64, as Standard Webhooks has it. */
export function newSecret(): string {
  return `whsec_${randomBytes(secretBytes).toString('base64')}`;
}

/** The headers that sign a request with a body, by its id and the time at which it is sent. */
export type Sign = (id: string, at: Date, body: string | Buffer) => Record<string, string>;

/**
 * What signs requests: hex HMAC-SHA256 of the body under the whole text of the secret, and beside it the
 * headers of Standard Webhooks. While two secrets hold, the first is still the old one's.
 */
export function signing({ secret, previous }: SigningSecrets): Sign {
  const first = textKeyOf(previous ?? secret);
  const next = previous ? textKeyOf(secret) : undefined;
  const standards = [secret, ...(previous ? [previous] : [])].map(standardKeyOf);
  return (id, at, body) => {
    const seconds = String(Math.floor(at.getTime() / 1000));
    const before = `${id}.${seconds}.`;
    const headers: Record<string, string> = {
      'webhook-id': id,
      'webhook-timestamp': seconds,
      'webhook-signature': standards.map((key) => standardOf(key, before, body)).join(' '),
      'x-threadsync-signature': plainOf(first, body),
    };
    if (next) headers['x-threadsync-signature-next'] = plainOf(next, body);
    return headers;
  };
}

function textKeyOf(secret: string): KeyObject {
  return createSecretKey(secret, 'utf8');
}

function standardKeyOf(secret: string): KeyObject {
  return createSecretKey(secret.replace(/^whsec_/, ''), 'base64');
}

function plainOf(key: KeyObject, body: string | Buffer): string {
  return createHmac('sha256', key).update(body).digest('hex');
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standardOf(key: KeyObject, before: string, body: string | Buffer): string {
  return `v1,${createHmac('sha256', key).update(before).update(body).digest('base64')}`;
}
