import { createHmac, timingSafeEqual } from 'node:crypto';

/** Of a request, as Node has them, or as `fetch` does. */
export type SignedHeaders = Headers | Readonly<Record<string, string | string[] | undefined>>;

const secretPrefix = 'whsec_';
const toleranceSeconds = 300;

/**
 * Whether a request comes from the server that knows the secret, and just now: by `webhook-id`,
 * `webhook-timestamp` and `webhook-signature` (Standard Webhooks). `body` are the bytes as they came.
 */
export function verifySignature(
  headers: SignedHeaders,
  body: string | Uint8Array,
  secret: string,
): boolean {
  return signatureFault(headers, body, secret) === undefined;
}

/** What is wrong with a signature, for whoever sets this up. */
export function signatureFault(
  headers: SignedHeaders,
  body: string | Uint8Array,
  secret: string,
  now: number = Date.now(),
): string | undefined {
  const id = headerOf(headers, 'webhook-id');
  const timestamp = headerOf(headers, 'webhook-timestamp');
  const given = headerOf(headers, 'webhook-signature');
  if (!id || !timestamp || !given) {
    return 'it has no webhook-id, webhook-timestamp or webhook-signature';
  }
  const seconds = Number(timestamp);
  if (!Number.isInteger(seconds)) return 'its webhook-timestamp is no number of seconds';
  if (Math.abs(now / 1_000 - seconds) > toleranceSeconds) {
    return `its webhook-timestamp is more than ${toleranceSeconds} s from the time here`;
  }
  const expected = Buffer.from(standardSignature(secret, id, timestamp, body));
  const isRight = given
    .split(' ')
    .map((one) => Buffer.from(one))
    .some((one) => one.length === expected.length && timingSafeEqual(one, expected));
  return isRight ? undefined : 'it was made with another secret, or of another body';
}

/** The headers of a request, as the server signs it: for tests of whatever answers it. */
export function signatureHeaders(
  body: string | Uint8Array,
  secret: string,
  id: string,
  at: Date = new Date(),
): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  return {
    'x-threadsync-signature': createHmac('sha256', secret).update(body).digest('hex'),
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': standardSignature(secret, id, timestamp, body),
  };
}

function standardSignature(
  secret: string,
  id: string,
  timestamp: string,
  body: string | Uint8Array,
): string {
  const hmac = createHmac('sha256', keyOf(secret));
  return `v1,${hmac.update(`${id}.${timestamp}.`).update(body).digest('base64')}`;
}

/** @throws TypeError when it is no secret of a registration */
export function keyOf(secret: string): Buffer {
  const isPrefixed = secret.startsWith(secretPrefix);
  const key = isPrefixed ? Buffer.from(secret.slice(secretPrefix.length), 'base64') : undefined;
  if (key === undefined || key.length < 24) {
    throw new TypeError(
      'The secret must be that of the registration: `whsec_` and base64 of at least 24 bytes.',
    );
  }
  return key;
}

function headerOf(headers: SignedHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return (headers as Headers).get(name) ?? undefined;
  const value = (headers as Record<string, string | string[] | undefined>)[name];
  return Array.isArray(value) ? value[0] : value;
}
