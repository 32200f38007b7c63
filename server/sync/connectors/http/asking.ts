import { ConnectorError } from '../failure.ts';
import type { Outside } from '../outside-contract.ts';
import { placeOf, readBody } from './answer.ts';

export type AskTerms = {
  readonly signal: AbortSignal;
  readonly seconds: number;
  readonly bodyBytesMax: number;
  /** The address as it may be shown. */
  readonly place?: string;
};

export type Answered = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
};

/** Sends one request, guarded, and reads its answer. @throws ConnectorError `retry` where none comes */
export async function askOnce(
  outside: Pick<Outside, 'fetch' | 'signal'>,
  url: URL,
  init: RequestInit,
  { signal, seconds, bodyBytesMax, place = placeOf(url) }: AskTerms,
): Promise<Answered> {
  const limit = AbortSignal.timeout(seconds * 1000);
  try {
    const response = await outside.fetch(url, {
      ...init,
      signal: AbortSignal.any([signal, outside.signal, limit]),
    });
    const text = await readBody(response, place, bodyBytesMax);
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    if (error instanceof ConnectorError) throw error;
    signal.throwIfAborted();
    outside.signal.throwIfAborted();
    const message = limit.aborted
      ? `${place} did not answer within ${seconds} s.`
      : `${place} cannot be reached (${codeOf(error)}).`;
    throw new ConnectorError('retry', message, { cause: error });
  }
}

function codeOf(error: unknown): string {
  const { code, cause, name } = error as { code?: unknown; cause?: unknown; name?: string };
  if (typeof code === 'string') return code;
  return cause ? codeOf(cause) : (name ?? 'Error');
}
