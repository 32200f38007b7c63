import { isIP } from 'node:net';
import { flawOf } from './database/address.ts';
import { readS3Url } from './s3-url.ts';

type Setting<T> = {
  description: string;
  /** What holds when the variable is not set, in words. */
  default: string;
  secret?: true;
  read(text: string | undefined): T;
};

const setting = <T>(one: Setting<T>): Setting<T> => one;

const optional = (text: string | undefined): string | undefined => text;

function flag(text: string | undefined): boolean | undefined {
  if (text === undefined) return undefined;
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw new Error(`"${text}" is neither 1 nor 0.`);
}

function url(schemes: readonly string[]) {
  return (text: string | undefined): string | undefined => {
    if (text === undefined) return undefined;
    const parsed = URL.parse(text);
    if (!parsed || !schemes.includes(parsed.protocol.slice(0, -1))) {
      throw new Error(
        `must be a URL that begins with ${schemes.map((s) => `${s}://`).join(' or ')}.`,
      );
    }
    return text;
  };
}

function postgres(text: string | undefined): string | undefined {
  const flaw = text === undefined ? undefined : flawOf(text);
  if (flaw) throw new Error(flaw);
  return text;
}

function oneOf<const T extends string>(values: readonly T[], fallback: T) {
  return (text: string | undefined): T => {
    if (text === undefined) return fallback;
    if (!values.includes(text as T))
      throw new Error(`"${text}" is not one of ${values.join(', ')}.`);
    return text as T;
  };
}

function port(text: string | undefined): number {
  if (text === undefined) return 4000;
  const number = Number(text);
  if (!/^\d+$/.test(text) || number > 65_535) {
    throw new Error(`"${text}" is not a port; use a whole number from 0 (any free port) to 65535.`);
  }
  return number;
}

function s3Url(text: string | undefined): string | undefined {
  if (text !== undefined) readS3Url(text);
  return text;
}

const megabytesMax = 10_000;

/** Of 1,048,576 bytes each; answers the bytes. */
function megabytes(text: string | undefined): number {
  const number = Number(text ?? 100);
  if (!/^\d*$/.test(text ?? '') || number < 1 || number > megabytesMax) {
    throw new Error(`"${text}" is not a whole number from 1 to ${megabytesMax}.`);
  }
  return number * 1024 * 1024;
}

const reserveMegabytesMax = 100_000_000;

function diskReserve(text: string | undefined): number {
  const number = Number(text ?? 1024);
  if (!/^\d*$/.test(text ?? '') || number > reserveMegabytesMax) {
    throw new Error(`"${text}" is not a whole number from 0 to ${reserveMegabytesMax}.`);
  }
  return number * 1024 * 1024;
}

const listenersMax = 100_000;

function listeners(text: string | undefined): number {
  const number = Number(text ?? 5_000);
  if (!/^\d*$/.test(text ?? '') || number < 1 || number > listenersMax) {
    throw new Error(`"${text}" is not a whole number from 1 to ${listenersMax}.`);
  }
  return number;
}

function roles(text: string | undefined): ('web' | 'worker')[] {
  const given = (text ?? 'web,worker').split(',').map((role) => role.trim());
  for (const role of given) {
    if (role !== 'web' && role !== 'worker') {
      throw new Error(`"${role}" is not a role; use web, worker or web,worker.`);
    }
  }
  return [...new Set(given)] as ('web' | 'worker')[];
}

function masterKey(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  for (const key of text.split(',')) {
    if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(key.trim())) {
      throw new Error('must be 32 random bytes in base64 (several, newest first, with commas).');
    }
  }
  return text;
}

function metricsToken(text: string | undefined): string | undefined {
  if (text !== undefined && !/^[\w.~+/=-]{16,}$/.test(text)) {
    throw new Error('must be 16 or more letters, digits and signs of base64.');
  }
  return text;
}

function trustedProxies(text: string | undefined): string | boolean {
  if (text === undefined || text === '0') return false;
  if (text === '1') return true;
  for (const given of listOf(text)) {
    if (!isBlock(given)) throw new Error(`"${given}" is neither 1 nor an address or CIDR block.`);
  }
  return text;
}

function privateHosts(text: string | undefined): string[] {
  if (text === undefined || text === '0') return [];
  const hosts = listOf(text);
  if (text === '1') return hosts;
  for (const given of hosts) {
    const isName = /^(?![\d.]+$)[a-z\d]([a-z\d.-]*[a-z\d])?$/i.test(given);
    if (!isName && !isBlock(given)) {
      throw new Error(`"${given}" is neither 1 nor a host name, address or CIDR block.`);
    }
  }
  return hosts;
}

function listOf(text: string): string[] {
  return text.split(',').map((part) => part.trim());
}

/** An IP address, or a block of them as CIDR writes it. */
function isBlock(text: string): boolean {
  const [address = '', bits = '0', ...more] = text.split('/');
  const bitsMax = { 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return more.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= bitsMax;
}

function sender(text: string | undefined): string {
  if (text === undefined) return 'Heddle <heddle@localhost>';
  if (!/^[^<>@\r\n]*<[^<>@\s]+@[^<>@\s]+>$|^[^<>@\s]+@[^<>@\s]+$/.test(text)) {
    throw new Error(`${JSON.stringify(text)} is not an address; write it as Name <name@host>.`);
  }
  return text;
}

/** Every environment variable that is read, by name. */
export const settings = {
  HEDDLE_HOST: setting({
    description: 'Address to listen on.',
    default: '127.0.0.1',
    read: (text) => text ?? '127.0.0.1',
  }),
  HEDDLE_PORT: setting({ description: 'Port to listen on.', default: '4000', read: port }),
  HEDDLE_PUBLIC_URL: setting({
    description: 'The URL at which others reach this server; links and tokens contain it.',
    default: 'http://localhost:<port>',
    read: (text) => url(['http', 'https'])(text)?.replace(/\/+$/, ''),
  }),
  HEDDLE_DATA: setting({
    description: 'Folder of the embedded PostgreSQL, the master key and the files.',
    default: './.heddle, as root /var/lib/heddle',
    read: optional,
  }),
  DATABASE_URL: setting({
    description:
      'A PostgreSQL 16 or later to use instead of the embedded one; several hosts with commas.',
    default: 'the embedded PostgreSQL',
    secret: true,
    read: postgres,
  }),
  DATABASE_DIRECT_URL: setting({
    description: 'The same database past a pooler, to listen and to migrate.',
    default: 'DATABASE_URL',
    secret: true,
    read: postgres,
  }),
  HEDDLE_ROLES: setting({
    description: 'What this process does: web answers requests, worker runs jobs.',
    default: 'web,worker',
    read: roles,
  }),
  HEDDLE_MASTER_KEY: setting({
    description:
      'Encrypts every stored secret: 32 bytes in base64; several (newest first) with commas.',
    default: 'made at the first start and kept in the data folder',
    secret: true,
    read: masterKey,
  }),
  SMTP_URL: setting({
    description: 'The server that sends mail, as smtp:// or smtps://user:password@host:port.',
    default: 'mail stays in the outbox',
    secret: true,
    read: url(['smtp', 'smtps']),
  }),
  HEDDLE_MAIL_FROM: setting({
    description: 'Sender of all mail.',
    default: 'Heddle <heddle@localhost>',
    read: sender,
  }),
  S3_URL: setting({
    description: 'Bucket for files, as s3://key:secret@host/bucket?region=…&insecure=0.',
    default: 'files in the data folder',
    secret: true,
    read: s3Url,
  }),
  HEDDLE_UPLOAD_MB: setting({
    description: 'How large an uploaded file may be, in MB of 1,048,576 bytes.',
    default: '100',
    read: megabytes,
  }),
  HEDDLE_DISK_RESERVE_MB: setting({
    description: 'Room on the disk that uploads leave to the database, in MB of 1,048,576 bytes.',
    default: '1024',
    read: diskReserve,
  }),
  HEDDLE_LISTENERS_MAX: setting({
    description: 'How many pages may receive live changes from one process; more get a 503.',
    default: '5000',
    read: listeners,
  }),
  REDIS_URL: setting({
    description: 'Redis or Valkey that holds the rate limits of several processes.',
    default: 'limits in the memory of each process',
    secret: true,
    read: url(['redis', 'rediss']),
  }),
  HEDDLE_OIDC_ISSUER: setting({
    description: 'An OpenID Connect identity provider that members may sign in with.',
    default: 'no single sign-on',
    read: (text) => url(['http', 'https'])(text)?.replace(/\/+$/, ''),
  }),
  HEDDLE_OIDC_CLIENT_ID: setting({
    description: 'The client id of this server at the identity provider.',
    default: 'no single sign-on',
    read: optional,
  }),
  HEDDLE_OIDC_CLIENT_SECRET: setting({
    description: 'The secret that belongs to HEDDLE_OIDC_CLIENT_ID.',
    default: 'no single sign-on',
    secret: true,
    read: optional,
  }),
  HEDDLE_OIDC_NAME: setting({
    description: 'The name of the identity provider, as the sign-in button shows it.',
    default: 'single sign-on',
    read: (text) => text ?? 'single sign-on',
  }),
  HEDDLE_REQUIRE_HTTPS: setting({
    description:
      'Refuse plain HTTP but for /healthz, /readyz and /metrics, and send HSTS (1 or 0).',
    default: '1, but 0 on a loopback host',
    read: flag,
  }),
  HEDDLE_TLS_CERT: setting({
    description: 'PEM file of the certificate chain, to serve HTTPS without a proxy.',
    default: 'plain HTTP',
    read: optional,
  }),
  HEDDLE_TLS_KEY: setting({
    description: 'PEM file of the private key that belongs to HEDDLE_TLS_CERT.',
    default: 'plain HTTP',
    read: optional,
  }),
  HEDDLE_TRUST_PROXY: setting({
    description: 'Whose X-Forwarded-* headers are trusted: 1 (any), or addresses and CIDR blocks.',
    default: 'nobody’s',
    read: trustedProxies,
  }),
  HEDDLE_METRICS_TOKEN: setting({
    description: 'What /metrics asks for, as Authorization: Bearer <token>.',
    default: 'anybody may read /metrics',
    secret: true,
    read: metricsToken,
  }),
  HEDDLE_ALLOW_PRIVATE_HOSTS: setting({
    description: 'Private addresses that outgoing requests may reach: 1 (all), or hosts and CIDR.',
    default: 'none',
    read: privateHosts,
  }),
  HEDDLE_FILES_DIR: setting({
    description: 'Folder below which an organization may read and write local files.',
    default: 'no local paths',
    read: optional,
  }),
  HEDDLE_SDK_COMPAT: setting({
    description: 'Relax what the 0.1 SDKs of the Sync API leave out (1 or 0).',
    default: '0',
    read: (text) => flag(text) ?? false,
  }),
  LOG_LEVEL: setting({
    description: 'How much is logged: trace, debug, info, warn, error, fatal or silent.',
    default: 'info',
    read: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  }),
};
