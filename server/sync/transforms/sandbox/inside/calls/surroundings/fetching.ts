import { askHost, type Signal } from './aborting.ts';
import { bytesOf } from './bytes.ts';
import type { IncomingResponse, OutgoingRequest } from './kinds.ts';
import { SearchParams } from './urls.ts';

type Pairs = Iterable<readonly [string, string]>;

export class FetchHeaders {
  readonly #pairs = new Map<string, string>();

  constructor(given: unknown = {}) {
    if (typeof given !== 'object' || given === null) return;
    const pairs = Symbol.iterator in given ? (given as Pairs) : Object.entries(given);
    for (const [name, value] of pairs) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#pairs.get(String(name).toLowerCase()) ?? null;
  }
  has(name: string): boolean {
    return this.#pairs.has(String(name).toLowerCase());
  }
  set(name: string, value: unknown): void {
    this.#pairs.set(String(name).toLowerCase(), String(value).trim());
  }
  append(name: string, value: unknown): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${String(value).trim()}`);
  }
  delete(name: string): void {
    this.#pairs.delete(String(name).toLowerCase());
  }
  forEach(act: (value: string, name: string) => void): void {
    for (const [name, value] of this.#pairs) act(value, name);
  }
  entries() {
    return this.#pairs.entries();
  }
  keys() {
    return this.#pairs.keys();
  }
  values() {
    return this.#pairs.values();
  }
  [Symbol.iterator]() {
    return this.#pairs.entries();
  }
}

type Answer = Pick<IncomingResponse, 'text' | 'base64' | 'url'>;

export class FetchResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: FetchHeaders;
  readonly url: string;
  readonly redirected = false;
  readonly type = 'basic';
  bodyUsed = false;
  readonly #answer: Answer;

  constructor(body?: unknown, init: Record<string, unknown> = {}, answer?: Answer) {
    const { status = 200, statusText = '', headers } = init;
    this.status = Number(status);
    this.statusText = String(statusText);
    this.headers = new FetchHeaders(headers);
    this.#answer = answer ?? outgoingBody(body ?? undefined);
    this.url = answer?.url ?? '';
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }
  async text(): Promise<string> {
    const { text } = this.#take();
    return text ?? host.decode(await this.#bytes(), 'utf-8', false);
  }
  async json(): Promise<unknown> {
    return JSON.parse(await this.text());
  }
  async bytes(): Promise<Uint8Array> {
    this.#take();
    return this.#bytes();
  }
  async arrayBuffer(): Promise<ArrayBuffer> {
    return (await this.bytes()).slice().buffer as ArrayBuffer;
  }
  clone(): FetchResponse {
    const { status, statusText, headers } = this;
    return new FetchResponse(undefined, { status, statusText, headers }, this.#answer);
  }

  #take(): Answer {
    if (this.bodyUsed) throw new TypeError('The body has been read already');
    this.bodyUsed = true;
    return this.#answer;
  }
  async #bytes(): Promise<Uint8Array> {
    const { text = '', base64 } = this.#answer;
    const bytes = base64 === undefined ? host.encode(text) : host.fromBase64(base64);
    return bytes ?? new Uint8Array();
  }
}

export function outgoingBody(body: unknown): { text?: string; base64?: string } {
  if (body === undefined || body === null) return {};
  if (typeof body === 'string') return { text: body };
  if (body instanceof SearchParams) return { text: String(body) };
  return { base64: host.toBase64(bytesOf(body)) };
}

type Init = { method?: unknown; headers?: unknown; body?: unknown; signal?: Signal | null };

/** Only to the hosts of the manifest; redirects are answered, not followed. */
export async function fetchOutside(input: unknown, init: Init = {}): Promise<FetchResponse> {
  const { method = 'GET', body, signal } = init;
  signal?.throwIfAborted();
  const headers = new FetchHeaders(init.headers);
  if (body instanceof SearchParams && !headers.has('content-type')) {
    headers.set('content-type', 'application/x-www-form-urlencoded;charset=UTF-8');
  } else if (typeof body === 'string' && !headers.has('content-type')) {
    headers.set('content-type', 'text/plain;charset=UTF-8');
  }
  const request: OutgoingRequest = {
    url: String(input),
    method: String(method).toUpperCase(),
    headers: [...headers],
    ...outgoingBody(body),
  };
  const coming = askHost('fetch', JSON.stringify(request));
  const text = await (signal ? Promise.race([coming, ended(signal)]) : coming);
  const answer: IncomingResponse = JSON.parse(text);
  if (answer.error !== undefined) throw new TypeError(`fetch failed: ${answer.error}`);
  return new FetchResponse(undefined, { ...answer }, answer);
}

export function ended(signal: Signal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
