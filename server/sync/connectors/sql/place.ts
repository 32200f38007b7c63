import { isIP } from 'node:net';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import { type Static, Type } from 'typebox';
import { ConnectorError } from '../failure.ts';
import { type SshPlace, ssh } from '../tunnel.ts';

const encryptions = Type.Union([
  Type.Literal('disable'),
  Type.Literal('require'),
  Type.Literal('verify-full'),
]);
const ways = {
  ssl: Type.Optional(encryptions),
  ca: Type.Optional(Type.String({ description: 'PEM; the authority that signed the certificate' })),
  ssh: Type.Optional(ssh),
};

/** What tells one kind of database from another, where it is reached. */
export type Reached = {
  readonly title: string;
  readonly url: { readonly protocol: RegExp; readonly example: string };
  readonly port: number;
};

export function credentialsFor({ url }: Reached) {
  return Type.Union([
    Type.Object(
      { url: Type.String({ description: url.example }), ...ways },
      { additionalProperties: false },
    ),
    Type.Object(
      {
        host: Type.String(),
        port: Type.Optional(Type.Integer({ minimum: 1, maximum: 65_535 })),
        database: Type.String(),
        user: Type.String(),
        password: Type.Optional(Type.String()),
        ...ways,
      },
      { additionalProperties: false },
    ),
  ]);
}

export type Place = {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly ssl: Static<typeof encryptions>;
  readonly ca: string | undefined;
  /** Through which it is reached. */
  readonly ssh: SshPlace | undefined;
};

type Parts = { port?: number; ssl?: string; ssh?: SshPlace } & Partial<
  Record<'host' | 'database' | 'user' | 'password' | 'ca', string>
>;

/** @throws ConnectorError */
export function placeOf(reached: Reached, given: Readonly<Record<string, unknown>>): Place {
  const parts = given as Parts & { url?: string };
  const { title } = reached;
  const place =
    parts.url === undefined ? parts : { ...partsOf(parts.url, reached), ...without(parts) };
  const { host, port, database, user, password, ca } = place;
  if (!host || host.startsWith('/') || host.startsWith('@')) {
    throw new ConnectorError('configuration', `${title} is reached by a host, not by a socket.`);
  }
  if (!user || !database) {
    throw new ConnectorError('configuration', `${title} needs a user and a database.`);
  }
  const ssl = sslOf(place.ssl ?? 'prefer', host);
  const { ssh } = parts;
  return { host, port: Number(port ?? reached.port), database, user, password, ssl, ca, ssh };
}

export function encryptionOf({ ssl: mode, ca, host }: Place): ConnectionOptions | false {
  if (mode === 'disable') return false;
  if (mode === 'require' && ca === undefined) return { rejectUnauthorized: false, ...named(host) };
  // Who gives an authority wants it asked; whose name it is matters to `verify-full` only.
  if (mode === 'require') return { ca, ...named(host), checkServerIdentity: () => undefined };
  return {
    ...(ca === undefined ? {} : { ca }),
    ...named(host),
    // The connection goes to an address; the certificate is of the name.
    checkServerIdentity: (_, certificate) => checkServerIdentity(host, certificate),
  };
}

function named(host: string): ConnectionOptions {
  return isIP(host) === 0 ? { servername: host } : {};
}

function without({ url: _, ...parts }: Parts & { url?: string }): Parts {
  return parts;
}

function partsOf(text: string, { title, url: { protocol } }: Reached): Parts {
  const url = URL.parse(text);
  if (url === null || !protocol.test(url.protocol)) {
    throw new ConnectorError('configuration', `The URL is not one of ${title}.`);
  }
  const asked = url.searchParams;
  const mode = asked.get('sslmode') ?? asked.get('ssl-mode');
  const path = decoded(url.pathname.slice(1));
  const user = decoded(url.username) || asked.get('user') || '';
  return {
    host: asked.get('host') ?? url.hostname.replace(/^\[|\]$/g, ''),
    user,
    password: decoded(url.password),
    database: path || user,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    ...(mode === null ? {} : { ssl: mode }),
  };
}

/** A `%` that begins no code is itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** In the words of either system. What would be preferred is required, but of this machine itself. */
function sslOf(mode: string, host: string): Static<typeof encryptions> {
  if (/^verify/i.test(mode)) return 'verify-full';
  if (/^prefer/i.test(mode)) return isLocal(host) ? 'disable' : 'require';
  return /^(disable|allow)/i.test(mode) ? 'disable' : 'require';
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\./.test(host);
}
