import { createHash } from 'node:crypto';
import pg from 'pg';

/** Where the database is: the socket of the embedded one, or what DATABASE_URL says. */
export type Address =
  | { host: string; port: number; database: string; user: string }
  | { connectionString: string };

/** Who a connection acts as. `owner` is whoever the address names; the other two own nothing. */
export type Role = 'owner' | 'heddle_app' | 'heddle_system';

/**
 * Settings of a client or pool that connects to `address` as `role`. With a `schema`, names of tables
 * that say none are looked for there.
 */
export function connectTo(
  address: Address,
  role: Role,
  name: string,
  schema?: string,
): pg.ClientConfig {
  const settings = {
    application_name: name,
    types,
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
  };
  if (role === 'owner') return { ...address, ...settings };
  const path = schema === undefined ? '' : `-c search_path=${schema}`;
  // A foreign database knows one login only, which takes the role on; ours lets the role log in.
  return 'connectionString' in address
    ? { ...settings, ...withOptions(`-c role=${role} ${path}`.trim(), address.connectionString) }
    : { ...address, ...settings, user: role, ...(path ? { options: path } : {}) };
}

/** Options in the text win over those beside it, so ours are added to them. */
function withOptions(options: string, connectionString: string): pg.ClientConfig {
  const both = (own: string) => `${own}%20${encodeURIComponent(options)}`;
  return { connectionString: connectionString.replace(/(?<=[?&])options=[^&#]*/g, both), options };
}

const { builtins } = pg.types;

/** bigint as number (ids stay below 2^53), dates as text; the rest as the driver reads it. */
const types: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === builtins.INT8) return Number;
    if (oid === builtins.DATE) return String;
    return pg.types.getTypeParser(oid, format);
  },
};

const names = new Map<string, string>();

/** Each text is prepared once per connection, under a name made from it. */
export function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 20);
    names.set(text, name);
  }
  return { name, text, values: values as unknown[] };
}
