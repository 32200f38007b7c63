import { createHash } from 'node:crypto';
import pg from 'pg';
import { type Address, isForeign, serversIn } from './address.ts';

export type { Address } from './address.ts';

/**
 * The role that a connection acts as. `owner` is the login of the address; the other two own
 * nothing.
 */
export type Role = 'owner' | 'heddle_app' | 'heddle_system';

/**
 * Settings of a connection to `address`, without a host: `Servers` chooses it. A database of the
 * operator has one login, which takes on the role in each transaction; in the embedded one the role
 * logs in.
 */
export function settingsFor(address: Address, role: Role, name: string): pg.ClientConfig {
  const login = 'user' in address ? { user: role === 'owner' ? address.user : role } : {};
  return {
    ...login,
    application_name: name,
    types,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    connectionTimeoutMillis: 10_000,
  };
}

/** Settings of a client that only ever connects to the first server of an address. */
export function connectTo(address: Address, role: Role, name: string): pg.ClientConfig {
  if (isForeign(address) && role !== 'owner') throw new Error(`${role} does not log in here`);
  return { ...settingsFor(address, role, name), ...serversIn(address)[0] };
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

/** Prepares each text once per connection, under a name made from it. */
export function prepared(text: string, values: readonly unknown[]): pg.QueryConfig {
  let name = names.get(text);
  if (name === undefined) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 20);
    names.set(text, name);
  }
  return { name, text, values: values as unknown[] };
}
