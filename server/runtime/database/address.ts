import type { ClientConfig } from 'pg';

/** Where the database is: the socket of the embedded one, or what the settings name. */
export type Address =
  | { host: string; port: number; database: string; user: string }
  | {
      /** DATABASE_URL; it may name several hosts, of which one can write. */
      connectionString: string;
      /** DATABASE_DIRECT_URL: past a pooler, for what needs a session of its own. */
      directString?: string;
    };

/** Whether one login takes on all roles; with the embedded PostgreSQL each role logs in itself. */
export function isForeign(address: Address): boolean {
  return 'connectionString' in address;
}

/** The address that bypasses a pooler. */
export function directly(address: Address): Address {
  if (!('connectionString' in address) || address.directString === undefined) return address;
  return { connectionString: address.directString };
}

const url = /^(postgres(?:ql)?:\/\/(?:[^/?#]*@)?)([^/?#]*)([^?#]*)(?:\?([^#]*))?/;

/**
 * The settings of each server of an address: the driver takes one host, and libpq's form has
 * several.
 */
export function serversIn(address: Address): ClientConfig[] {
  if (!('connectionString' in address)) {
    const { host, port, database } = address;
    return [{ host, port, database }];
  }
  const [, before = '', authority = '', path = '', search = ''] =
    url.exec(address.connectionString) ?? [];
  const parameters = new URLSearchParams(search);
  parameters.delete('target_session_attrs');
  const named = parameters.get('host')?.split(',') ?? [];
  const ports = parameters.get('port')?.split(',') ?? [];
  const hosts = named.length > 0 ? named.map(() => authority) : authority.split(',');
  return hosts.map((host, at) => {
    const own = new URLSearchParams(parameters);
    if (named.length > 0) own.set('host', named[at] as string);
    if (ports.length > 0) own.set('port', (ports[at] ?? ports[0]) as string);
    const query = own.size > 0 ? `?${own.toString().replaceAll('+', '%20')}` : '';
    return { connectionString: `${before}${host}${path}${query}` };
  });
}

const withoutHost = /(?<=^postgres(?:ql)?:\/\/([^/?#]*@)?)(?=[/?]|$)/;

/**
 * What is wrong with a URL of PostgreSQL, which may name several hosts; undefined if nothing is.
 */
export function flawOf(connectionString: string): string | undefined {
  const parameters = new URLSearchParams(url.exec(connectionString)?.[4]);
  const wanted = parameters.get('target_session_attrs') ?? 'read-write';
  if (!['any', 'read-write', 'primary'].includes(wanted)) {
    return `target_session_attrs=${wanted} is for readers, and Heddle writes; use read-write.`;
  }
  const isUrl = serversIn({ connectionString }).every(
    // PostgreSQL's URLs may leave out the host: a Unix socket has none.
    (server) => URL.canParse(server.connectionString?.replace(withoutHost, 'localhost') ?? ''),
  );
  if (isUrl && url.test(connectionString)) return undefined;
  return 'must be a URL that begins with postgres:// or postgresql://.';
}
