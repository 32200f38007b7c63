import { type Client, createClient } from '../contract/client.ts';
import type { Answer, Api } from '../contract/endpoint.ts';
import { noteReached } from './connection.ts';

/** A refusal by the server, or a server that was not reached: `message` is a sentence to show. */
export class ApiError extends Error {
  /** HTTP status; 0 when the server was not reached. */
  readonly status: number;
  /** One word, such as `channel_not_found`; `unreachable` when the server was not reached. */
  readonly code: string;
  /** Seconds after which it is worth trying again, if the server said so. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

type Calls<A extends Api> = {
  readonly [Name in keyof A['endpoints']]: (
    ...call: Parameters<Client<A>[Name]>
  ) => Promise<Answer<A['endpoints'][Name]>>;
};

/**
 * The calls of an API, as the person who is signed in: each answers the body that the contract
 * promises.
 * @throws ApiError
 */
export function callsOf<const A extends Api>(api: A): Calls<A> {
  const client = createClient(api, { url: '', fetch: reach });
  const calls = Object.entries(client).map(([name, call]) => [name, answering(call)]);
  return Object.fromEntries(calls) as Calls<A>;
}

/** What a proxy answers when there is nothing behind it. */
const proxyAlone: ReadonlySet<number> = new Set([502, 504]);

/** `fetch` from this server, with the session. @throws ApiError when it is not reached */
export async function reach(address: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  try {
    const answer = await fetch(address, { ...init, credentials: 'same-origin' });
    noteReached(!proxyAlone.has(answer.status));
    return answer;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    noteReached(false);
    throw unreachable();
  }
}

function unreachable(): ApiError {
  return new ApiError(0, 'unreachable', 'The server cannot be reached; check the connection.');
}

type AnyResult =
  | { ok: true; body: unknown }
  | { ok: false; status: number; headers: Headers; error: { error?: string; message?: string } };

function answering(call: (...given: never[]) => Promise<unknown>) {
  return async (...given: never[]) => {
    const result = (await call(...given).catch(refuseUnread)) as AnyResult;
    if (result.ok) return result.body;
    const { error = 'unknown', message = 'Something went wrong; try again.' } = result.error;
    const wait = Number(result.headers.get('retry-after') ?? Number.NaN);
    throw new ApiError(result.status, error, message, Number.isNaN(wait) ? undefined : wait);
  };
}

/**
 * An answer that was cut off, for example by leaving the page, or that did not come from Heddle.
 */
function refuseUnread(thrown: unknown): never {
  if (thrown instanceof ApiError || isAbort(thrown)) throw thrown;
  throw unreachable();
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}
