import type { Dispatcher } from 'undici';
import { refusalIn } from '../../../runtime/outgoing/guard.ts';
import { readRetryAfter } from './schedule.ts';

/** What came of one attempt. */
export type Answer = {
  readonly isTaken: boolean;
  /** Null where no answer came. */
  readonly status: number | null;
  readonly durationMs: number;
  readonly error: string | null;
  /** The beginning of what was answered. */
  readonly response: string;
  /** Milliseconds until it wants to be asked again. */
  readonly asked?: number | undefined;
};

export type Post = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const answerSeconds = 15;
const responseBytesMax = 65_536;

/**
 * Posts to an endpoint and answers what came of it, within 15 seconds. Redirects are not followed, and
 * what is longer than its beginning is cut off. @throws the reason of `stopping`
 */
export async function post(
  poolOf: () => Promise<Dispatcher>,
  { path, headers, body }: Post,
  { now, stopping }: { now: Date; stopping: AbortSignal },
): Promise<Answer> {
  const began = performance.now();
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(new Late()), answerSeconds * 1_000);
  const stop = () => limit.abort(stopping.reason);
  stopping.addEventListener('abort', stop);
  const durationMs = () => Math.round(performance.now() - began);
  try {
    stopping.throwIfAborted();
    const request = { method: 'POST', path, headers, body, signal: limit.signal } as const;
    const answer = await (await poolOf()).request(request);
    const response = await readBeginning(answer.body);
    const status = answer.statusCode;
    const asked = readRetryAfter(textOf(answer.headers['retry-after']), now);
    const error = complaintOf(status);
    return { isTaken: error === null, status, durationMs: durationMs(), error, response, asked };
  } catch (error) {
    stopping.throwIfAborted();
    const failed = { isTaken: false, status: null, durationMs: durationMs() };
    return { ...failed, error: reasonOf(error), response: '' };
  } finally {
    clearTimeout(timer);
    stopping.removeEventListener('abort', stop);
  }
}

class Late extends Error {}

/** What has begun to answer has answered, however its body ends. */
async function readBeginning(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= responseBytesMax) break;
    }
  } catch {
    // Cut off by time, or by the other side.
  }
  body.on('error', () => undefined).destroy();
  return Buffer.concat(chunks).subarray(0, responseBytesMax).toString();
}

function complaintOf(status: number): string | null {
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}; redirects are not followed.`;
  return `It answered ${status}.`;
}

function reasonOf(error: unknown): string {
  const refusal = refusalIn(error);
  if (refusal) return refusal.message;
  const { code = '', name = '' } = (error ?? {}) as { code?: string; name?: string };
  if (error instanceof Late || /TIMEOUT/.test(code)) {
    return `No answer came within ${answerSeconds} seconds.`;
  }
  if (code === 'ECONNREFUSED') return 'The connection was refused.';
  if (/^(ECONNRESET|EPIPE|UND_ERR_SOCKET)$/.test(code)) {
    return 'The connection was closed before an answer came.';
  }
  if (/CERT|SIGNATURE|ALTNAME|ISSUER/.test(code)) return `Its certificate does not hold (${code}).`;
  return `The request failed (${code || name || 'no reason'}).`;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
