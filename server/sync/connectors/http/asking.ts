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
  terms: AskTerms,
): Promise<Answered> {
  return (await beginAsking(outside, url, init, terms)).whole();
}

/** The same, up to where its answer begins. @throws ConnectorError `retry` where none comes */
export async function beginAsking(
  outside: Pick<Outside, 'fetch' | 'signal'>,
  url: URL,
  init: RequestInit,
  terms: AskTerms,
): Promise<Coming> {
  const { signal, seconds, place = placeOf(url) } = terms;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), seconds * 1000).unref();
  const failed = (error: unknown): unknown => {
    clearTimeout(timer);
    if (error instanceof ConnectorError) return error;
    const ended = [signal, outside.signal].find(({ aborted }) => aborted);
    if (ended) return ended.reason;
    const message = limit.signal.aborted
      ? `${place} did not answer within ${seconds} s.`
      : `${place} cannot be reached (${codeOf(error)}).`;
    return new ConnectorError('retry', message, { cause: error });
  };
  try {
    const bounded = AbortSignal.any([signal, outside.signal, limit.signal]);
    const response = await outside.fetch(url, { ...init, signal: bounded });
    return new Coming(response, { ...terms, place, failed, inTime: () => clearTimeout(timer) });
  } catch (error) {
    throw failed(error);
  }
}

type ComingTerms = Pick<AskTerms, 'bodyBytesMax'> & {
  readonly place: string;
  /** What an error is to whoever asked. */
  failed(error: unknown): unknown;
  inTime(): void;
};

/** An answer that has begun. */
export class Coming {
  readonly status: number;
  readonly headers: Headers;
  readonly #response: Response;
  readonly #terms: ComingTerms;

  constructor(response: Response, terms: ComingTerms) {
    this.status = response.status;
    this.headers = response.headers;
    this.#response = response;
    this.#terms = terms;
  }

  async whole(): Promise<Answered> {
    const { place, bodyBytesMax, failed, inTime } = this.#terms;
    try {
      const text = await readBody(this.#response, place, bodyBytesMax);
      return { status: this.status, headers: this.headers, text };
    } catch (error) {
      throw failed(error);
    } finally {
      inTime();
    }
  }

  /** However large it is, and however slowly it is taken: it has come in time. */
  async *parts(): AsyncGenerator<Uint8Array> {
    const { failed, inTime } = this.#terms;
    inTime();
    try {
      yield* this.#response.body ?? [];
    } catch (error) {
      throw failed(error);
    }
  }
}

function codeOf(error: unknown): string {
  const { code, cause, name } = error as { code?: unknown; cause?: unknown; name?: string };
  if (typeof code === 'string') return code;
  return cause ? codeOf(cause) : (name ?? 'Error');
}
