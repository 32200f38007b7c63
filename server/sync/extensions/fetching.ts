import { isUtf8 } from 'node:buffer';
import { ConnectorError } from '../connectors/failure.ts';
import type { Outside } from '../connectors/outside-contract.ts';
import type { Place } from '../connectors/place.ts';
import type {
  IncomingResponse,
  OutgoingRequest,
} from '../transforms/sandbox/inside/calls/surroundings/kinds.ts';
import { isAllowed } from './hosts.ts';

const timeoutSeconds = 30;
const bodyBytesMax = 8 * 2 ** 20;
const headersMax = 100;
const lanes = 4;
const requestsMax = 200;

/** These say where and how a request goes, which is not the bundle's affair. */
const reserved =
  /^(host|content-length|connection|transfer-encoding|upgrade|te|trailer|keep-alive|expect|proxy-.*)$/i;

/** The only way out of a bundle, for one call: to the hosts of its manifest, guarded and bounded. */
export class Fetching {
  readonly #hosts: readonly string[];
  readonly #outside: Outside;
  readonly #signal: AbortSignal;
  readonly #place: Place;
  readonly #lanes: Promise<unknown>[] = Array.from({ length: lanes }, () => Promise.resolve());
  #asked = 0;

  constructor(
    hosts: readonly string[],
    { outside, place }: { outside: Outside; place: Place },
    signal: AbortSignal,
  ) {
    this.#hosts = hosts;
    this.#outside = outside;
    this.#place = place;
    this.#signal = signal;
  }

  /** What is asked, and what is answered, is JSON; nothing that is asked is what its type says. */
  readonly fetch = async (text: string): Promise<string> => {
    this.#asked += 1;
    if (this.#asked > requestsMax) {
      return JSON.stringify({ error: `A call may make ${requestsMax} requests.` });
    }
    const lane = this.#asked % lanes;
    const answer = (this.#lanes[lane] as Promise<unknown>).then(() => this.#answer(text));
    this.#lanes[lane] = answer;
    return JSON.stringify(await answer);
  };

  async #answer(text: string): Promise<IncomingResponse> {
    try {
      const { url, init } = requestOf(text);
      if (!isAllowed(this.#hosts, url)) {
        return { error: `the manifest does not name the host ${url.host} in its hosts.` };
      }
      await this.#place.take(this.#signal);
      await this.#outside.turn(this.#signal);
      const limit = AbortSignal.timeout(timeoutSeconds * 1000);
      const signal = AbortSignal.any([this.#signal, this.#outside.signal, limit]);
      const response = await this.#outside.fetch(url, { ...init, signal });
      return { ...(await bodyOf(response)), ...headOf(response), url: url.href };
    } catch (error) {
      return { error: sayingOf(error) };
    }
  }
}

/** @throws Error that says what is wrong with it */
function requestOf(text: string): { url: URL; init: RequestInit } {
  const asked = JSON.parse(text) as Partial<OutgoingRequest>;
  const url = URL.parse(String(asked.url));
  if (!url) throw new RangeError('the URL is none.');
  if (url.username || url.password) throw new RangeError('a URL may have no user and password.');
  const method = String(asked.method ?? 'GET');
  if (!/^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method)) {
    throw new RangeError('the method is not known.');
  }
  const given = Array.isArray(asked.headers) ? asked.headers : [];
  if (given.length > headersMax) throw new RangeError(`it has more than ${headersMax} headers.`);
  const headers = new Headers({ 'user-agent': 'heddle' });
  for (const [name, value] of given) {
    if (!reserved.test(String(name))) headers.set(String(name), String(value));
  }
  const { text: plain, base64 } = asked;
  const body = typeof base64 === 'string' ? Buffer.from(base64, 'base64') : plain;
  const hasBody = body !== undefined && method !== 'GET' && method !== 'HEAD';
  return { url, init: { method, headers, ...(hasBody ? { body: body as BodyInit } : {}) } };
}

async function bodyOf(response: Response): Promise<Pick<IncomingResponse, 'text' | 'base64'>> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body ?? []) {
    bytes += part.length;
    if (bytes > bodyBytesMax)
      throw new RangeError(`it answers more than ${bodyBytesMax >> 20} MiB.`);
    parts.push(part);
  }
  const body = Buffer.concat(parts);
  return isUtf8(body) ? { text: body.toString() } : { base64: body.toString('base64') };
}

function headOf({ status, statusText, headers }: Response) {
  return { status, statusText, headers: [...headers] as [string, string][] };
}

function sayingOf(error: unknown): string {
  if (error instanceof ConnectorError || error instanceof RangeError) return error.message;
  const { name, code, cause } = error as {
    name?: string;
    code?: string;
    cause?: { code?: string };
  };
  if (name === 'TimeoutError') return `there was no answer within ${timeoutSeconds} s.`;
  return `it cannot be reached (${code ?? cause?.code ?? name ?? 'Error'}).`;
}
