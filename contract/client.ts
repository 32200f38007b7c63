import type { Static, TSchema } from 'typebox';
import type { Answer, Api, Endpoint, Method } from './endpoint.ts';
import { oauth, type TokenAnswer, type TokenError } from './oauth.ts';

export type AccessToken = Static<typeof TokenAnswer>;

type Part<Name extends string, S> = S extends TSchema
  ? Record<never, never> extends Static<S>
    ? { [N in Name]?: Static<S> }
    : { [N in Name]: Static<S> }
  : { [N in Name]?: never };

/** The input of a call: `params`, `query`, `body` and `form`, whichever the endpoint has. */
export type CallInput<E extends Endpoint> = Part<'params', E['params']> &
  Part<'query', E['query']> &
  (E['rawBytesMax'] extends number ? { body: Uint8Array } : Part<'body', E['body']>) &
  (E['form'] extends TSchema ? { form: FormData } : { form?: never });

export type CallOptions = { headers?: Readonly<Record<string, string>>; signal?: AbortSignal };

/** The answer that the contract promises (`ok`), or an error in the form of the API. */
export type CallResult<A extends Api, E extends Endpoint> =
  | { ok: true; status: E['status']; headers: Headers; body: Answer<E> }
  | { ok: false; status: number; headers: Headers; error: Static<A['error']> };

type Arguments<E extends Endpoint> =
  Record<never, never> extends CallInput<E>
    ? [input?: CallInput<E>, options?: CallOptions]
    : [input: CallInput<E>, options?: CallOptions];

/** One function for each endpoint of an API, by its name. */
export type Client<A extends Api> = {
  readonly [Name in keyof A['endpoints']]: (
    ...call: Arguments<A['endpoints'][Name]>
  ) => Promise<CallResult<A, A['endpoints'][Name]>>;
};

export type ClientOptions = {
  /** Where the server is, such as `https://heddle.example`. */
  url: string;
  /** The value of the Authorization header; a function is asked before each call. */
  authorization?: string | (() => string | Promise<string>);
  fetch?: typeof fetch;
};

/**
 * Creates a typed client of an API. A refusal by the server is returned as a result; the client
 * throws only when the server cannot be reached, or when what answered is not Heddle.
 */
export function createClient<const A extends Api>(api: A, options: ClientOptions): Client<A> {
  const calls = Object.entries(api.endpoints).map(([name, endpoint]) => [
    name,
    (input: AnyInput = {}, extra: CallOptions = {}) => call(endpoint, input, options, extra),
  ]);
  return Object.fromEntries(calls) as Client<A>;
}

/**
 * The request line: the method, the path with its parameters filled in, and the query (`?…` or
 * nothing).
 */
export type Operation = { method: Method; path: string; query: string };

/** Builds the request line of a call, for callers that send it themselves. */
export function operationOf<E extends Endpoint>(endpoint: E, input: CallInput<E>): Operation {
  const { params = {}, query = {} } = input as AnyInput;
  return { method: endpoint.method, path: fill(endpoint.path, params), query: write(query) };
}

/**
 * Gets an access token from `POST /oauth2/token`.
 * @throws Error that names the RFC 6749 error code
 */
export async function requestToken(
  url: string,
  credentials: { client_id: string; client_secret: string; scope?: string },
): Promise<AccessToken> {
  const response = await fetch(addressOf(url, oauth.createToken.path), {
    method: oauth.createToken.method,
    body: new URLSearchParams({ grant_type: 'client_credentials', ...credentials }),
  });
  const body = await readJson(response);
  if (response.ok) return body as AccessToken;
  const { error, error_description = 'no description' } = body as Static<typeof TokenError>;
  throw new Error(`No access token was given: ${error ?? response.status} (${error_description})`);
}

type AnyInput = { params?: object; query?: object; body?: unknown; form?: FormData };

async function call(
  endpoint: Endpoint,
  input: AnyInput,
  options: ClientOptions,
  { headers = {}, signal }: CallOptions,
) {
  const { method, path, query } = operationOf(endpoint, input as CallInput<Endpoint>);
  const response = await (options.fetch ?? fetch)(addressOf(options.url, path + query), {
    method,
    headers: { ...(await headersOf(endpoint, input, options)), ...headers },
    ...(input.body === undefined ? {} : { body: bodyOf(endpoint, input.body) }),
    ...(input.form ? { body: input.form } : {}),
    ...(signal ? { signal } : {}),
  });
  const answer = { status: response.status, headers: response.headers };
  const body = response.status === 204 ? undefined : await readJson(response);
  if (response.status === endpoint.status) return { ok: true, ...answer, body };
  return { ok: false, ...answer, error: body };
}

function bodyOf({ rawBytesMax }: Endpoint, body: unknown) {
  return rawBytesMax ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
}

async function headersOf(
  { scope, rawBytesMax }: Endpoint,
  { body }: AnyInput,
  options: ClientOptions,
) {
  const { authorization } = options;
  const value = typeof authorization === 'function' ? await authorization() : authorization;
  return {
    accept: 'application/json',
    ...(body === undefined || rawBytesMax ? {} : { 'content-type': 'application/json' }),
    ...(value === undefined || scope === 'public' ? {} : { authorization: value }),
  };
}

function addressOf(url: string, path: string): string {
  return url.replace(/\/+$/, '') + path;
}

/** A URL cannot hold an empty segment, `.` or `..`: such a call would reach another endpoint. */
function fill(path: string, params: object): string {
  const values = new Map<string, unknown>(Object.entries(params));
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const value = String(values.get(name) ?? '');
    if (/^\.{0,2}$/.test(value)) throw new Error(`"${value}" cannot be the ${name} in ${path}.`);
    return encodeURIComponent(value);
  });
}

function write(query: object): string {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((one) => [`${name}[]`, one]) : [[name, value]],
    );
  const text = new URLSearchParams(pairs.map((pair) => pair.map(String))).toString();
  return text === '' ? '' : `?${text}`;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text);
  } catch {
    const type = response.headers.get('content-type') ?? 'nothing';
    throw new Error(`${response.url} answered ${response.status} with ${type} instead of JSON.`);
  }
}
