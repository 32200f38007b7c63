import type { Endpoint } from '../endpoint.ts';

const integer = (description: string) => ({ description, schema: { type: 'integer' } });
const text = (description: string) => ({ description, schema: { type: 'string' } });

const allowance = {
  'X-RateLimit-Limit': integer('Requests per minute; absent when the plan has no limit.'),
  'X-RateLimit-Remaining': integer('Requests that may follow at once.'),
  'X-RateLimit-Reset': integer('Unix time in seconds when all of them may follow again.'),
};
const retryAfter = { 'Retry-After': integer('Seconds to wait.') };
const challenge = { 'WWW-Authenticate': text('Which credentials are asked for.') };
const ignored = {
  'X-Ignored-Members': text('Body members that were ignored, percent-encoded.'),
};
const replayed = { 'Idempotency-Replayed': text('`true` when this was answered before.') };

/** The headers of the answer that the endpoint promises. */
export function headersOf({ scope, body, idempotent, answerHeaders = {} }: Endpoint): object {
  const own = Object.entries(answerHeaders).map(([name, meaning]) => [name, text(meaning)]);
  return {
    ...Object.fromEntries(own),
    ...(idempotent ? replayed : {}),
    ...(body && scope !== 'public' ? ignored : {}),
    ...(scope === 'public' ? {} : allowance),
  };
}

/** The headers of an error; those about limits only where the caller is known by then. */
export function errorHeadersOf({ scope }: Endpoint, status: number): object {
  const isCounted = scope !== 'public' && status !== 401 && status !== 503;
  return {
    ...(status === 401 ? challenge : {}),
    ...(status === 429 || status === 503 ? retryAfter : {}),
    ...(isCounted ? allowance : {}),
  };
}
