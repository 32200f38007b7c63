import Type, { type Static, type TObject, type TSchema } from 'typebox';
import { type ErrorCode, slugOf } from './errors.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One endpoint of one API: everything that server, client, OpenAPI and guard tests need to know. */
export type Endpoint = {
  readonly method: Method;
  /** Path with `:name` for each member of `params`. */
  readonly path: string;
  /** Other spellings of the same path that existing clients use. */
  readonly aliases?: readonly string[];
  readonly summary: string;
  readonly description?: string;
  /**
   * The scope that a caller needs; `public` needs no credentials. Two scopes belong to the website
   * and need a session: `member` acts within the organization that the person works for, `person`
   * on what is theirs in any organization. `visitor` needs no credentials; it acts within the
   * organization that the path names as `:organization`, and is rate-limited by IP address.
   */
  readonly scope: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** A body as one would send it, for the reference. */
  readonly example?: Readonly<Record<string, unknown>>;
  /** The body may be form-encoded, too. */
  readonly formEncoded?: true;
  /** In place of `body`: the parts of a `multipart/form-data` body, which is read as it arrives. */
  readonly form?: TObject;
  /** A repeated call with the same `Idempotency-Key` answers what the first one answered. */
  readonly idempotent?: true;
  /** The answer has a secret that is shown once: where it is kept for a repeated call, it is sealed. */
  readonly secret?: true;
  /**
   * Calls something outside the database (a mail server, a vendor, a disk): the only open
   * transactions are those that the function opens.
   */
  readonly outside?: true;
  /**
   * In place of `body`: its raw bytes, at most this many, so that a signature over them can be
   * checked.
   */
  readonly rawBytesMax?: number;
  /** 202: accepted, and done later. 204: done, no content. */
  readonly status: 200 | 201 | 202 | 204 | 418;
  readonly answer: TSchema;
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** In addition to the errors that every call of the API can meet. */
  readonly errors?: readonly ErrorCode[];
};

/** Scopes of sessions; no token or key has them. */
export const sessionScopes: readonly string[] = ['member', 'person'];

/** Whether a scope belongs to pages of the website: no token or key has it. */
export const isForPages = (scope: string): boolean =>
  scope === 'public' || scope === 'visitor' || sessionScopes.includes(scope);

export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

/** One of the APIs of this server: its endpoints by name, and how its errors look on the wire. */
export type Api = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly error: TSchema;
  /** Error codes that every endpoint of this API can answer with. */
  readonly commonErrors: readonly ErrorCode[];
  /** This API's own words for some errors. */
  readonly words?: Readonly<Partial<Record<ErrorCode, string>>>;
  /** Whether the access tokens of `POST /oauth2/token` open it; otherwise keys or sessions do. */
  readonly tokens?: true;
  /** Path prefixes that belong to this API, for errors on paths that no endpoint has. */
  readonly prefixes: readonly string[];
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  /** What is said of the groups of endpoints, in the order in which the reference shows them. */
  readonly groups?: Readonly<Record<string, string>>;
};

export const api = <const A extends Api>(definition: A): A => definition;

/** The word that an API writes for an error. */
export function wordOf({ words }: Pick<Api, 'words'>, code: ErrorCode): string {
  return words?.[code] ?? slugOf(code);
}

type Part<S> = S extends TSchema ? Static<S> : Record<never, never>;

/** What a function behind an endpoint receives: its validated path, query and body. */
export type Input<E extends Endpoint> = {
  params: Part<E['params']>;
  query: Part<E['query']>;
  body: E['rawBytesMax'] extends number
    ? Uint8Array
    : E['body'] extends TSchema
      ? Static<E['body']>
      : undefined;
};

/** The same, by the name of an endpoint among others. */
export type In<Endpoints extends Record<string, Endpoint>, Name extends keyof Endpoints> = Input<
  Endpoints[Name]
>;

/** The answer of a 204: no content. */
export const Nothing = Type.Undefined();

export type Answer<E extends Endpoint> = Static<E['answer']>;
