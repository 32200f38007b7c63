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
   * The scope that a caller needs; `public` when no credentials are asked for. Two scopes belong to
   * the website and ask for a session: `member` acts within the organization that the person works
   * for, `person` on what is theirs whatever the organization. `visitor` asks for none, and acts
   * within the organization that the path names as `:organization`, limited by the address.
   */
  readonly scope: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TSchema;
  /** In place of `body`: the parts of a `multipart/form-data` body, which is read as it arrives. */
  readonly form?: TObject;
  /** A repeated call with the same `Idempotency-Key` answers what the first one answered. */
  readonly idempotent?: true;
  /**
   * Calls what is outside of the database (a mail server, a vendor, a disk): no transaction is open
   * but those that the function opens.
   */
  readonly outside?: true;
  /** In place of `body`: its bytes as they were sent, at most so many, for a signature over them. */
  readonly rawBytesMax?: number;
  /** 202: accepted, and done later. 204: done, with nothing to answer. */
  readonly status: 200 | 201 | 202 | 204 | 418;
  readonly answer: TSchema;
  readonly answerHeaders?: Readonly<Record<string, string>>;
  /** Besides the errors that every call of the API can meet. */
  readonly errors?: readonly ErrorCode[];
};

/** Scopes that a session has, and tokens and keys have not. */
export const sessionScopes: readonly string[] = ['member', 'person'];

/** Scopes that no token or key has. */
export const isForPages = (scope: string): boolean =>
  scope === 'public' || scope === 'visitor' || sessionScopes.includes(scope);

export const endpoint = <const E extends Endpoint>(definition: E): E => definition;

/** One of the APIs of this server: its endpoints by name, and how its errors look on the wire. */
export type Api = {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly error: TSchema;
  /** Error codes that any endpoint of this API can answer with. */
  readonly commonErrors: readonly ErrorCode[];
  /** Where this API has a word of its own for an error. */
  readonly words?: Readonly<Partial<Record<ErrorCode, string>>>;
  /** Whether the access tokens of `POST /oauth2/token` open it; otherwise keys or sessions do. */
  readonly tokens?: true;
  /** Path prefixes that belong to this API, for errors on paths that no endpoint has. */
  readonly prefixes: readonly string[];
  readonly endpoints: Readonly<Record<string, Endpoint>>;
};

export const api = <const A extends Api>(definition: A): A => definition;

/** The word for an error on the wire of an API. */
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

/** The same by the name of an endpoint among others. */
export type In<Endpoints extends Record<string, Endpoint>, Name extends keyof Endpoints> = Input<
  Endpoints[Name]
>;

/** What 204 answers: nothing. */
export const Nothing = Type.Undefined();

export type Answer<E extends Endpoint> = Static<E['answer']>;
