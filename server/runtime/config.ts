import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from './errors.ts';
import { settings } from './settings.ts';

type Settings = typeof settings;
type Values = { [Name in keyof Settings]: ReturnType<Settings[Name]['read']> };

export type Config = {
  host: string;
  port: number;
  publicUrl: string;
  dataDirectory: string;
  databaseUrl: string | undefined;
  databaseDirectUrl: string | undefined;
  roles: readonly ('web' | 'worker')[];
  masterKey: string | undefined;
  smtpUrl: string | undefined;
  mailFrom: string;
  s3Url: string | undefined;
  uploadBytesMax: number;
  diskReserveBytes: number;
  listenersMax: number;
  redisUrl: string | undefined;
  /** The identity provider for single sign-on. */
  oidc: { issuer: string; clientId: string; clientSecret: string; name: string } | undefined;
  requireHttps: boolean;
  tls: { certFile: string; keyFile: string } | undefined;
  trustProxy: string | boolean;
  metricsToken: string | undefined;
  allowPrivateHosts: readonly string[];
  filesDirectory: string | undefined;
  sdkCompat: boolean;
  syncRunsMax: number;
  syncRunsPerOrganization: number;
  syncKeptDays: number;
  logLevel: string;
  /**
   * Whether only this machine can reach the server, and its database is its own: safe for a demo.
   */
  isPrivate: boolean;
};

/** Reads and checks the whole configuration; the only place that looks at the environment. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const of = <Name extends keyof Settings>(name: Name) => readSetting(name, environment);
  const tlsCert = of('HEDDLE_TLS_CERT');
  const tlsKey = of('HEDDLE_TLS_KEY');
  if (Boolean(tlsCert) !== Boolean(tlsKey)) {
    throw new ConfigError('HEDDLE_TLS_CERT and HEDDLE_TLS_KEY: set both or neither.');
  }
  if (of('DATABASE_DIRECT_URL') && !of('DATABASE_URL')) {
    throw new ConfigError('DATABASE_DIRECT_URL: set DATABASE_URL as well, or only that.');
  }
  const dataDirectory = resolve(of('HEDDLE_DATA') ?? defaultDataDirectory());
  const host = of('HEDDLE_HOST');
  const port = of('HEDDLE_PORT');
  const scheme = tlsCert ? 'https' : 'http';
  return {
    host,
    port,
    publicUrl: of('HEDDLE_PUBLIC_URL') ?? `${scheme}://${nameIn(host)}:${port}`,
    dataDirectory,
    databaseUrl: of('DATABASE_URL'),
    databaseDirectUrl: of('DATABASE_DIRECT_URL'),
    roles: of('HEDDLE_ROLES'),
    masterKey: of('HEDDLE_MASTER_KEY'),
    smtpUrl: of('SMTP_URL'),
    mailFrom: of('HEDDLE_MAIL_FROM'),
    s3Url: of('S3_URL'),
    uploadBytesMax: of('HEDDLE_UPLOAD_MB'),
    diskReserveBytes: of('HEDDLE_DISK_RESERVE_MB'),
    listenersMax: of('HEDDLE_LISTENERS_MAX'),
    redisUrl: of('REDIS_URL'),
    oidc: readOidc(of),
    requireHttps: of('HEDDLE_REQUIRE_HTTPS') ?? !isLoopback(host),
    tls: tlsCert && tlsKey ? { certFile: tlsCert, keyFile: tlsKey } : undefined,
    trustProxy: of('HEDDLE_TRUST_PROXY'),
    metricsToken: of('HEDDLE_METRICS_TOKEN'),
    allowPrivateHosts: of('HEDDLE_ALLOW_PRIVATE_HOSTS'),
    filesDirectory: of('HEDDLE_FILES_DIR') ?? connectedFolder(dataDirectory),
    sdkCompat: of('HEDDLE_SDK_COMPAT'),
    syncRunsMax: of('HEDDLE_SYNC_RUNS'),
    syncRunsPerOrganization: of('HEDDLE_SYNC_RUNS_PER_ORGANIZATION'),
    syncKeptDays: of('HEDDLE_SYNC_KEPT_DAYS'),
    logLevel: of('LOG_LEVEL'),
    isPrivate: isLoopback(host) && of('DATABASE_URL') === undefined,
  };
}

/** Where local files are with the demo; it is there when it has been loaded. */
export function connectedFolderIn(dataDirectory: string): string {
  return join(dataDirectory, 'connected');
}

/** The environment of this process, with what the command line sets instead. */
export function environmentWith(changes: Record<string, string | undefined>): NodeJS.ProcessEnv {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...process.env, ...Object.fromEntries(given) };
}

/** The environment of this process without any setting of ours, and with these: of another installation. */
export function environmentApart(given: Record<string, string>): NodeJS.ProcessEnv {
  const foreign = Object.entries(process.env).filter(([name]) => !Object.hasOwn(settings, name));
  return { ...Object.fromEntries(foreign), ...given };
}

/**
 * Sets what a library asks the environment for while it is imported, and takes in no other way; what
 * somebody has set already stands.
 */
export function setForImport(values: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}

/**
 * Every setting that does something, with its meaning and its present value; secrets are not shown.
 */
export function describeSettings(environment: NodeJS.ProcessEnv = process.env) {
  return Object.entries(settings).map(([name, setting]) => {
    const given = environment[name] !== undefined && environment[name] !== '';
    const value = given ? (setting.secret ? '(set)' : environment[name]) : undefined;
    return {
      name,
      value: value ?? null,
      default: setting.default,
      description: setting.description,
    };
  });
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function connectedFolder(dataDirectory: string): string | undefined {
  const folder = connectedFolderIn(dataDirectory);
  return existsSync(folder) ? folder : undefined;
}

function readOidc(of: <Name extends keyof Settings>(name: Name) => Values[Name]): Config['oidc'] {
  const issuer = of('HEDDLE_OIDC_ISSUER');
  const clientId = of('HEDDLE_OIDC_CLIENT_ID');
  const clientSecret = of('HEDDLE_OIDC_CLIENT_SECRET');
  if (issuer && clientId && clientSecret) {
    return { issuer, clientId, clientSecret, name: of('HEDDLE_OIDC_NAME') };
  }
  if (issuer || clientId || clientSecret) {
    throw new ConfigError(
      'HEDDLE_OIDC_ISSUER, HEDDLE_OIDC_CLIENT_ID and HEDDLE_OIDC_CLIENT_SECRET: set all or none.',
    );
  }
  return undefined;
}

/** A host as it is written in a URL; for a server that listens at every address, this machine. */
function nameIn(host: string): string {
  if (isLoopback(host) || host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function readSetting<Name extends keyof Settings>(
  name: Name,
  environment: NodeJS.ProcessEnv,
): Values[Name] {
  const text = environment[name]?.trim() || undefined;
  try {
    return settings[name].read(text) as Values[Name];
  } catch (error) {
    throw new ConfigError(`${name}: ${(error as Error).message}`);
  }
}

function defaultDataDirectory(): string {
  return userInfo().uid === 0 ? '/var/lib/heddle' : './.heddle';
}
