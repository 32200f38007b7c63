import type {
  CheckAnswer,
  Connected,
  DiscoverAnswer,
  Manifest,
  Operation,
  Page,
  QueryRequest,
  ReadRequest,
  WriteAnswer,
  WriteRequest,
} from './protocol.ts';
import type { FromSchema, JsonSchema } from './schema/from-schema.ts';

type Answer<T> = T | Promise<T>;

/** What an author says of a connector; `config` and `credentials` have the types of their schemas. */
export interface Definition<C extends JsonSchema, K extends JsonSchema> {
  /** By this name connections are made: small letters, digits, `-` and `_`, a letter first. */
  provider: string;
  /** What people see in place of it. */
  name?: string;
  /** Of this connector, as `1.0.0`; `package.json` says it, where it is not said here. */
  version?: string;
  /** JSON Schema of what a connection is set up with. */
  configSchema: C;
  /** JSON Schema of its secrets: encrypted at the server, never shown again. */
  credentialsSchema: K;
  /** Where `fetch` may go once this is a bundle: `api.example.com`, `*.example.com`. */
  hosts?: string[];
  /** What `write` can do; everything, where it is not said. */
  operations?: Operation[];
  /** Tries the credentials at the system. Wrong ones are an answer, and no error. */
  check(request: Connected<FromSchema<C>, FromSchema<K>>): Answer<CheckAnswer>;
  /** What there is to read and write. */
  discover(request: Connected<FromSchema<C>, FromSchema<K>>): Answer<DiscoverAnswer>;
  /** A page of records; each page comes after the one before, and no record is left out between two. */
  read?(request: ReadRequest<FromSchema<C>, FromSchema<K>>): Answer<Page>;
  /** Writes records; each has its own result. */
  write?(request: WriteRequest<FromSchema<C>, FromSchema<K>>): Answer<WriteAnswer>;
  /** A page of records in an order that is asked for; without it the server reads and sorts. */
  query?(request: QueryRequest<FromSchema<C>, FromSchema<K>>): Answer<Page>;
}

/** A connector, whatever its config and credentials are. */
export interface Connector {
  readonly provider: string;
  readonly name?: string;
  readonly version?: string;
  readonly configSchema: JsonSchema;
  readonly credentialsSchema: JsonSchema;
  readonly hosts?: string[];
  readonly operations?: Operation[];
  check(request: Connected<never, never>): Answer<CheckAnswer>;
  discover(request: Connected<never, never>): Answer<DiscoverAnswer>;
  read?(request: ReadRequest<never, never>): Answer<Page>;
  write?(request: WriteRequest<never, never>): Answer<WriteAnswer>;
  query?(request: QueryRequest<never, never>): Answer<Page>;
}

const providerPattern = /^[a-z][a-z0-9_-]{1,49}$/;

/**
 * Says what a connector is. Its answer is the default export of the file.
 * @throws TypeError when something is missing or has another form
 */
export function defineConnector<const C extends JsonSchema, const K extends JsonSchema>(
  definition: Definition<C, K>,
): Readonly<Definition<C, K>> {
  checkConnector(definition);
  return Object.freeze({ ...definition });
}

/** @throws TypeError when it is none */
export function checkConnector(value: unknown): asserts value is Connector {
  const wrong = wrongConnector(value);
  if (wrong !== undefined) throw new TypeError(`This is no connector: ${wrong}.`);
}

function wrongConnector(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'it is no object';
  const given = value as Record<string, unknown>;
  if (typeof given.provider !== 'string' || !providerPattern.test(given.provider)) {
    return '`provider` must be 2 to 50 small letters, digits, "-" or "_", a letter first';
  }
  for (const name of ['configSchema', 'credentialsSchema']) {
    const schema = given[name] as { type?: unknown } | undefined;
    if (schema?.type !== 'object') return `\`${name}\` must be a JSON Schema of \`type: "object"\``;
  }
  for (const name of ['check', 'discover']) {
    if (typeof given[name] !== 'function') return `\`${name}\` must be a function`;
  }
  for (const name of ['read', 'write', 'query']) {
    const isThere = given[name] !== undefined;
    if (isThere && typeof given[name] !== 'function') return `\`${name}\` must be a function`;
  }
  if (given.read === undefined && given.write === undefined) return 'it needs `read` or `write`';
  return undefined;
}

/** What the registration of this connector says. */
export function manifestOf(connector: Connector): Manifest {
  const { read, write, query, operations, hosts } = connector;
  return {
    config_schema: JSON.parse(JSON.stringify(connector.configSchema)),
    credentials_schema: JSON.parse(JSON.stringify(connector.credentialsSchema)),
    capabilities: {
      read: read !== undefined,
      write: write !== undefined,
      query: query !== undefined,
      ...(write && operations ? { operations: [...operations] } : {}),
    },
    hosts: [...(hosts ?? [])],
  };
}
