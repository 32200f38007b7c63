import {
  flag,
  masterKey,
  megabytes,
  metricsToken,
  oneOf,
  optional,
  port,
  postgres,
  privateHosts,
  roles,
  s3Url,
  sender,
  trustedProxies,
  url,
  wholeNumber,
} from './setting-values.ts';

type Setting<T> = {
  description: string;
  /** What applies when the variable is not set, in words. */
  default: string;
  secret?: true;
  read(text: string | undefined): T;
};

const setting = <T>(one: Setting<T>): Setting<T> => one;

/** The environment variables that do something, by name. */
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
    description:
      'Address of the same database that bypasses the pooler; for LISTEN and migrations.',
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
    read: megabytes(100, 1, 10_000),
  }),
  HEDDLE_DISK_RESERVE_MB: setting({
    description: 'Free disk space that uploads leave for the database, in MB of 1,048,576 bytes.',
    default: '1024',
    read: megabytes(1_024, 0, 100_000_000),
  }),
  HEDDLE_LISTENERS_MAX: setting({
    description: 'How many pages may receive live changes from one process; more get a 503.',
    default: '5000',
    read: wholeNumber(5_000, 1, 100_000),
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
      'Refuse plain HTTP except for /healthz, /readyz and /metrics, and send HSTS (1 or 0).',
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
  LOG_LEVEL: setting({
    description: 'How much is logged: trace, debug, info, warn, error, fatal or silent.',
    default: 'info',
    read: oneOf(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  }),
  HEDDLE_ALLOW_PRIVATE_HOSTS: setting({
    description: 'Private addresses that outgoing requests may reach: 1 (all), or hosts and CIDR.',
    default: 'none',
    read: privateHosts,
  }),
  HEDDLE_FILES_DIR: setting({
    description: 'Folder below which an organization may read and write local files.',
    default:
      'connected in the data folder where that is there, as with the demo; else no local paths',
    read: optional,
  }),
  HEDDLE_SDK_COMPAT: setting({
    description: 'Relax what the 0.1 SDKs of the Sync API leave out (1 or 0).',
    default: '0',
    read: (text) => flag(text) ?? false,
  }),
  HEDDLE_SYNC_RUNS: setting({
    description: 'How many runs of syncs one worker does at once.',
    default: '4',
    read: wholeNumber(4, 1, 64),
  }),
  HEDDLE_SYNC_RUNS_PER_ORGANIZATION: setting({
    description: 'How many of them may be of one organization.',
    default: '2',
    read: wholeNumber(2, 1, 64),
  }),
  HEDDLE_SYNC_KEPT_DAYS: setting({
    description:
      'How many days the records that runs of syncs set aside, and their logs, are kept.',
    default: '30',
    read: wholeNumber(30, 1, 3650),
  }),
};
