import { createHmac, randomBytes } from 'node:crypto';

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

/**
 * The headers that sign a request: hex HMAC-SHA256 of its body under the whole text of the secret, and
 * beside it those of Standard Webhooks. While two secrets hold, the first is still the old one's.
 */
export function sign(
  { secret, previous }: SigningSecrets,
  id: string,
  at: Date,
  body: string | Buffer,
): Record<string, string> {
  const seconds = Math.floor(at.getTime() / 1000);
  const standard = (by: string) => `v1,${standardOf(by, `${id}.${seconds}.`, body)}`;
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': [secret, ...(previous ? [previous] : [])].map(standard).join(' '),
    'x-threadsync-signature': plainOf(previous ?? secret, body),
    ...(previous ? { 'x-threadsync-signature-next': plainOf(secret, body) } : {}),
  };
}

function plainOf(secret: string, body: string | Buffer): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function standardOf(secret: string, before: string, body: string | Buffer): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return createHmac('sha256', key).update(before).update(body).digest('base64');
}
