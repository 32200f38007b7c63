import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import {
  type Config,
  connectedFolderIn,
  describeSettings,
  environmentWith,
  readConfig,
} from './config.ts';
import { ConfigError } from './errors.ts';
import { settings } from './settings.ts';

const key = randomBytes(32).toString('base64');
const another = randomBytes(32).toString('base64url');

test('without any variable everything has a default', () => {
  const isRoot = userInfo().uid === 0;

  const config = readConfig({});
  const connected = connectedFolderIn(config.dataDirectory);

  assert.deepEqual(config, {
    host: '127.0.0.1',
    port: 4000,
    publicUrl: 'http://localhost:4000',
    dataDirectory: isRoot ? '/var/lib/heddle' : resolve('.heddle'),
    databaseUrl: undefined,
    databaseDirectUrl: undefined,
    roles: ['web', 'worker'],
    masterKey: undefined,
    smtpUrl: undefined,
    mailFrom: 'Heddle <heddle@localhost>',
    s3Url: undefined,
    uploadBytesMax: 104_857_600,
    diskReserveBytes: 1_073_741_824,
    listenersMax: 5_000,
    redisUrl: undefined,
    oidc: undefined,
    requireHttps: false,
    metricsToken: undefined,
    tls: undefined,
    trustProxy: false,
    allowPrivateHosts: [],
    filesDirectory: existsSync(connected) ? connected : undefined,
    sdkCompat: false,
    syncRunsMax: 4,
    syncRunsPerOrganization: 2,
    syncKeptDays: 30,
    logLevel: 'info',
    isPrivate: true,
  } satisfies Config);
});

test('local files are where the demo has them, unless a folder is set', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'heddle-config-'));
  t.after(() => rm(data, { recursive: true }));

  const before = readConfig({ HEDDLE_DATA: data }).filesDirectory;
  await mkdir(join(data, 'connected'));
  const loaded = readConfig({ HEDDLE_DATA: data }).filesDirectory;
  const set = readConfig({ HEDDLE_DATA: data, HEDDLE_FILES_DIR: '/srv/files' }).filesDirectory;

  assert.deepEqual([before, loaded, set], [undefined, join(data, 'connected'), '/srv/files']);
});

test('a variable that is empty or blank is one that is not set', () => {
  const names = Object.keys(settings);
  const empty = Object.fromEntries(names.map((name, index) => [name, index % 2 ? '' : '  ']));

  const config = readConfig(empty);

  assert.deepEqual(config, readConfig({}));
});

describe('a variable is read:', () => {
  const cases: [NodeJS.ProcessEnv, Partial<Config>][] = [
    [{ HEDDLE_HOST: '0.0.0.0' }, { host: '0.0.0.0', requireHttps: true, isPrivate: false }],
    [{ HEDDLE_HOST: '127.1.2.3' }, { requireHttps: false, isPrivate: true }],
    [{ HEDDLE_HOST: '::1' }, { requireHttps: false, publicUrl: 'http://localhost:4000' }],
    [{ HEDDLE_HOST: 'fd00::1' }, { publicUrl: 'http://[fd00::1]:4000', requireHttps: true }],
    [{ HEDDLE_PORT: '0' }, { port: 0 }],
    [{ HEDDLE_SYNC_KEPT_DAYS: '7' }, { syncKeptDays: 7 }],
    [{ HEDDLE_PORT: ' 65535 ' }, { port: 65_535, publicUrl: 'http://localhost:65535' }],
    [{ HEDDLE_PUBLIC_URL: 'https://a.example/b//' }, { publicUrl: 'https://a.example/b' }],
    [{ HEDDLE_DATA: 'data' }, { dataDirectory: resolve('data') }],
    [
      { DATABASE_URL: 'postgres://a:b@c/d' },
      { databaseUrl: 'postgres://a:b@c/d', isPrivate: false },
    ],
    [{ DATABASE_URL: 'postgresql:///d?host=/tmp' }, { databaseUrl: 'postgresql:///d?host=/tmp' }],
    [{ DATABASE_URL: 'postgres://u:p@a:1,b:2/d' }, { databaseUrl: 'postgres://u:p@a:1,b:2/d' }],
    [
      { DATABASE_URL: 'postgres://a/d', DATABASE_DIRECT_URL: 'postgres://b/d' },
      { databaseDirectUrl: 'postgres://b/d' },
    ],
    [{ HEDDLE_ROLES: 'worker' }, { roles: ['worker'] }],
    [{ HEDDLE_ROLES: 'worker, web,worker' }, { roles: ['worker', 'web'] }],
    [{ HEDDLE_MASTER_KEY: `${key},${another}` }, { masterKey: `${key},${another}` }],
    [{ SMTP_URL: 'smtps://a:b@c:465' }, { smtpUrl: 'smtps://a:b@c:465' }],
    [{ HEDDLE_MAIL_FROM: 'Desk <desk@a.example>' }, { mailFrom: 'Desk <desk@a.example>' }],
    [{ HEDDLE_MAIL_FROM: 'desk@a.example' }, { mailFrom: 'desk@a.example' }],
    [{ S3_URL: 's3://a:b@c/d' }, { s3Url: 's3://a:b@c/d' }],
    [{ HEDDLE_UPLOAD_MB: '2' }, { uploadBytesMax: 2_097_152 }],
    [{ HEDDLE_DISK_RESERVE_MB: '0' }, { diskReserveBytes: 0 }],
    [{ HEDDLE_LISTENERS_MAX: '2' }, { listenersMax: 2 }],
    [{ REDIS_URL: 'rediss://a' }, { redisUrl: 'rediss://a' }],
    [
      {
        HEDDLE_OIDC_ISSUER: 'https://id.example/realm/',
        HEDDLE_OIDC_CLIENT_ID: 'a',
        HEDDLE_OIDC_CLIENT_SECRET: 'b',
      },
      {
        oidc: {
          issuer: 'https://id.example/realm',
          clientId: 'a',
          clientSecret: 'b',
          name: 'single sign-on',
        },
      },
    ],
    [{ HEDDLE_REQUIRE_HTTPS: '1' }, { requireHttps: true }],
    [{ HEDDLE_REQUIRE_HTTPS: 'off', HEDDLE_HOST: '0.0.0.0' }, { requireHttps: false }],
    [
      { HEDDLE_TLS_CERT: 'a', HEDDLE_TLS_KEY: 'b' },
      { tls: { certFile: 'a', keyFile: 'b' }, publicUrl: 'https://localhost:4000' },
    ],
    [{ HEDDLE_TRUST_PROXY: '1' }, { trustProxy: true }],
    [{ HEDDLE_TRUST_PROXY: '0' }, { trustProxy: false }],
    [{ HEDDLE_TRUST_PROXY: '10.0.0.0/8, ::1' }, { trustProxy: '10.0.0.0/8, ::1' }],
    [{ HEDDLE_ALLOW_PRIVATE_HOSTS: '1' }, { allowPrivateHosts: ['1'] }],
    [{ HEDDLE_ALLOW_PRIVATE_HOSTS: '0' }, { allowPrivateHosts: [] }],
    [
      { HEDDLE_ALLOW_PRIVATE_HOSTS: 'db.local, 10.0.0.0/8,::1,localhost' },
      { allowPrivateHosts: ['db.local', '10.0.0.0/8', '::1', 'localhost'] },
    ],
    [{ HEDDLE_FILES_DIR: '/srv/files' }, { filesDirectory: '/srv/files' }],
    [{ HEDDLE_SDK_COMPAT: 'true' }, { sdkCompat: true }],
    [{ LOG_LEVEL: 'silent' }, { logLevel: 'silent' }],
  ];
  for (const [environment, expected] of cases) {
    test(JSON.stringify(environment).replaceAll(/"[\w+/-]{40}[^"]*"/g, '"…"'), () => {
      const config = readConfig(environment);

      assert.partialDeepStrictEqual(config, expected);
    });
  }
});

describe('a wrong value is refused in a line that names the variable:', () => {
  const wrong: Record<string, string[]> = {
    HEDDLE_PORT: ['http', '-1', '65536', '4000.5', '0x50', '1e3', '4000;'],
    HEDDLE_PUBLIC_URL: ['a.example', 'ftp://a.example', 'https://', '/'],
    DATABASE_URL: [
      ...['mysql://a/b', 'database', 'host=a dbname=b', 'postgres://a b/c', 'postgres://a:1,b:x/c'],
      'postgres://a,b/c?target_session_attrs=standby',
    ],
    DATABASE_DIRECT_URL: ['mysql://a/b', 'postgres://a/b'],
    HEDDLE_ROLES: ['all', 'web,', 'web worker'],
    HEDDLE_MASTER_KEY: [
      'secret',
      randomBytes(16).toString('base64'),
      randomBytes(32).toString('hex'),
      `${key},`,
    ],
    SMTP_URL: ['mail.example', 'http://a.example'],
    HEDDLE_MAIL_FROM: ['Heddle', 'a@b <c>', 'Desk <desk@a.example', 'a@b\r\nBcc: c@d'],
    S3_URL: ['bucket', 'file:///a', 's3://a:b@c', 's3://a@c/d', 's3:///d', 's3://a:b@/d'],
    HEDDLE_UPLOAD_MB: ['0', '-1', '1.5', '1e3', '10001', 'all'],
    HEDDLE_DISK_RESERVE_MB: ['-1', '1.5', '1e3', '100000001', 'all'],
    HEDDLE_LISTENERS_MAX: ['0', '-1', '1.5', '1e3', '100001', 'all'],
    REDIS_URL: ['localhost:6379', 'http://a'],
    HEDDLE_REQUIRE_HTTPS: ['maybe', '2'],
    HEDDLE_METRICS_TOKEN: ['short', 'a token of more words', 'täglich-neu-und-lang'],
    HEDDLE_TRUST_PROXY: ['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0', '::1/129', '1,10.0.0.1'],
    HEDDLE_ALLOW_PRIVATE_HOSTS: ['10.0.0.0/33', 'http://a', 'a b', 'a,', '10.0.0', '1,a'],
    HEDDLE_SDK_COMPAT: ['0.1'],
    LOG_LEVEL: ['INFO', 'verbose'],
  };
  for (const [name, values] of Object.entries(wrong)) {
    for (const value of values) {
      test(`${name}=${name === 'HEDDLE_MASTER_KEY' ? `… (${value.length})` : JSON.stringify(value)}`, () => {
        const read = () => readConfig({ [name]: value });

        assert.throws(read, (error: Error) => {
          assert.ok(error instanceof ConfigError);
          assert.match(error.message, new RegExp(`^${name}: .+\\.$`));
          const isSecret = settings[name as keyof typeof settings].secret;
          assert.ok(!isSecret || !error.message.includes(value), error.message);
          return true;
        });
      });
    }
  }

  test('a part of the identity provider alone', () => {
    const read = () => readConfig({ HEDDLE_OIDC_ISSUER: 'https://id.example' });

    assert.throws(read, /^Error: HEDDLE_OIDC_ISSUER, .*: set all or none\.$/);
  });

  for (const name of ['HEDDLE_TLS_CERT', 'HEDDLE_TLS_KEY']) {
    test(`${name} alone`, () => {
      const read = () => readConfig({ [name]: '/some/file.pem' });

      assert.throws(
        read,
        new ConfigError('HEDDLE_TLS_CERT and HEDDLE_TLS_KEY: set both or neither.'),
      );
    });
  }
});

test('the settings are described with what they are now, and secrets are only said to be set', () => {
  const environment = Object.fromEntries(Object.keys(settings).map((name) => [name, `of ${name}`]));

  const described = describeSettings(environment);

  assert.deepEqual(
    described.map(({ name }) => name),
    Object.keys(settings),
  );
  const secret = [
    'DATABASE_URL',
    'DATABASE_DIRECT_URL',
    'HEDDLE_MASTER_KEY',
    'HEDDLE_METRICS_TOKEN',
    'HEDDLE_OIDC_CLIENT_SECRET',
    'SMTP_URL',
    'S3_URL',
    'REDIS_URL',
  ];
  for (const { name, value, description } of described) {
    assert.equal(value, secret.includes(name) ? '(set)' : `of ${name}`);
    assert.match(description, /\.$/);
  }
});

test('a setting that is not set has no value, and its default in words', () => {
  for (const { value, default: fallback } of describeSettings({ LOG_LEVEL: '' })) {
    assert.equal(value, null);
    assert.ok(fallback.length > 0);
  }
});

test('the command line wins over the environment, and what it leaves out does not', () => {
  const environment = environmentWith({ HEDDLE_PORT: '1', PATH: undefined });

  assert.equal(environment.HEDDLE_PORT, '1');
  assert.equal(environment.PATH, process.env.PATH);
});
