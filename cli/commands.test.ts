import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { tokenScopes } from '../contract/apis.ts';
import { makeDatabase } from './testing/database.ts';
import { heddle, heddleJson, launch, onlyDocument } from './testing/heddle.ts';
import { makeOrganization, makePractice } from './testing/practice.ts';

const database = await makeDatabase({ after });
const environment = { DATABASE_URL: database.url, HEDDLE_DATA: '/tmp/nowhere/heddle' };
const key = Buffer.alloc(32, 7).toString('base64');
const settled = { ...environment, HEDDLE_MASTER_KEY: key };

const commands = [
  'serve',
  'migrate',
  'demo',
  'adopt',
  'organization create',
  'organization list',
  'organization quota',
  'member create',
  'member end',
  'practice create',
  'practice list',
  'practice show',
  'practice change',
  'practice location add',
  'practice location change',
  'practice location remove',
  'practice doctor add',
  'practice doctor change',
  'practice doctor remove',
  'form load',
  'patient erase',
  'consumer create',
  'consumer rotate',
  'consumer list',
  'consumer revoke',
  'key create',
  'key revoke',
  'channel create',
  'chat create',
  'connection create',
  'connection change',
  'connection list',
  'connection test',
  'connection objects',
  'connection delete',
  'connection providers',
  ...namesOf('extension', 'register list rotate delete'),
  'sync create',
  'sync list',
  'sync show',
  'sync change',
  'sync preview',
  'sync enable',
  'sync disable',
  'sync delete',
  'sync run',
  'sync watch',
  'sync runs',
  'sync resume',
  'sync cancel',
  'sync errors',
  'sync cursor show',
  'sync cursor set',
  'sync cursor reset',
  'sync cursor history',
  ...namesOf('transform', 'create change list show test delete'),
  ...namesOf('trigger', 'create list show fire enable disable delete'),
  ...namesOf('webhook', 'create list deliveries replay recover test rotate enable disable delete'),
  ...namesOf('workflow', 'templates create list show run dry-run runs answer retry cancel'),
  ...namesOf('workflow', 'enable disable delete'),
  'data query',
  'simulate',
  'maintenance on',
  'maintenance off',
  'secrets rotate',
  'doctor',
  'config',
];

function namesOf(noun: string, verbs: string): string[] {
  return verbs.split(' ').map((verb) => `${noun} ${verb}`);
}

test('every command says how it is used, and what it takes', async () => {
  const outcomes = await Promise.all(
    commands.map((command) => heddle([...command.split(' '), '--help'], {})),
  );

  for (const [index, { code, stdout, stderr }] of outcomes.entries()) {
    assert.equal(code, 0);
    assert.equal(stderr, '');
    assert.match(stdout, new RegExp(`^Usage: heddle ${commands[index]} .*\n`));
    assert.match(stdout, /--json .*one JSON document/);
  }
});

test('a person becomes a member, and keeps the account in a second organization', async () => {
  const [one, two] = await Promise.all([makeOrganization(settled), makeOrganization(settled)]);
  const create = (organization: string) => [
    ...['member', 'create', '--organization', organization, '--email', 'pat@maple.example'],
    ...['--name', 'Pat Doe', '--role', 'owner', '--password', 'correct horse'],
  ];

  const first = await heddleJson(create(one), settled);
  const second = await heddleJson(create(two), settled);
  const again = await heddle([...create(two), '--json'], settled);

  assert.deepEqual(Object.keys(first), ['id', 'user_id', 'email']);
  assert.equal(first.email, 'pat@maple.example');
  assert.equal(second.user_id, first.user_id);
  assert.notEqual(second.id, first.id);
  assert.equal(again.code, 1);
});

test('a membership ends', async () => {
  const organization = await makeOrganization(settled);
  const member = ['--organization', organization, '--email', 'sam@maple.example'];
  const made = await heddleJson(['member', 'create', ...member], settled);

  const ended = await heddleJson(['member', 'end', ...member], settled);
  const again = await heddle(['member', 'end', ...member], settled);

  assert.deepEqual(ended, made);
  assert.deepEqual([again.code, again.stderr.includes('no member')], [1, true]);
});

test('a practice is opened with its locations and doctors', async () => {
  const organization = await makeOrganization(settled);

  const made = await heddleJson(
    [
      ...['practice', 'create', '--organization', organization, '--name', 'Elm', '--country', 'gb'],
      ...['--location', 'North;Europe/London', '--location', 'South ; Australia/Sydney'],
      ...['--doctor', 'Dr. One', '--doctor', 'Dr. Two'],
    ],
    settled,
  );

  assert.deepEqual(Object.keys(made), ['id', 'name', 'locations', 'doctors']);
  assert.partialDeepStrictEqual(made, {
    name: 'Elm',
    locations: [
      { name: 'North', timezone: 'Europe/London' },
      { name: 'South', timezone: 'Australia/Sydney' },
    ],
    doctors: [{ name: 'Dr. One' }, { name: 'Dr. Two' }],
  });
});

test('a consumer is made, listed, rotated and revoked', async () => {
  const { practice, organization } = await makePractice(settled);
  const create = ['consumer', 'create', '--organization', organization, '--name', 'Partner'];
  const within = ['--scope', 'practices/get bookings/get', '--practice', practice.id];

  const made = await heddleJson([...create, ...within], settled);
  const client = ['--client-id', String(made.client_id)];
  const rotated = await heddleJson(['consumer', 'rotate', ...client], settled);
  const revoked = await heddleJson(['consumer', 'revoke', ...client], settled);
  const list = await heddleJson<Record<string, unknown>[]>(['consumer', 'list'], settled);

  assert.deepEqual(Object.keys(made), ['client_id', 'client_secret', 'scope', 'plan']);
  assert.equal(made.scope, 'practices/get bookings/get');
  assert.equal(made.plan, 'enterprise');
  assert.deepEqual(Object.keys(rotated), ['client_id', 'client_secret']);
  assert.equal(rotated.client_id, made.client_id);
  assert.notEqual(rotated.client_secret, made.client_secret);
  assert.deepEqual(revoked, { ok: true });
  const listed = list.find((one) => one.client_id === made.client_id);
  assert.deepEqual(listed?.practices, [practice.id]);
  assert.ok(listed?.revoked_at);
  assert.ok(!JSON.stringify(list).includes(String(made.client_secret)));
});

test('a consumer with the scope all has every scope', async () => {
  const organization = await makeOrganization(settled);

  const made = await heddleJson(
    ['consumer', 'create', '--organization', organization, '--name', 'All', '--scope', 'all'],
    settled,
  );

  assert.deepEqual(String(made.scope).split(' ').sort(), [...tokenScopes].sort());
});

test('a key of the Sync API is made and revoked', async () => {
  const organization = await makeOrganization(settled);
  const of = ['--organization', organization];

  const made = await heddleJson(
    ['key', 'create', ...of, '--name', 'Warehouse', '--kind', 'sync'],
    settled,
  );
  const revoked = await heddleJson(['key', 'revoke', ...of, '--id', String(made.id)], settled);

  assert.deepEqual(Object.keys(made), ['id', 'key']);
  assert.match(String(made.key), /^ts_live_[\w-]{32}$/);
  assert.deepEqual(revoked, { ok: true });
});

test('a channel is opened to those who are named', async () => {
  const organization = await makeOrganization(settled);
  const of = ['--organization', organization];
  const member = ['--member', 'Lee@maple.example'];
  await heddleJson(['member', 'create', ...of, '--email', 'lee@maple.example'], settled);
  const { id } = await heddleJson(['key', 'create', ...of, '--name', 'Deploy'], settled);
  const create = (name: string) => ['channel', 'create', ...of, '--name', name, '--private'];

  const made = await heddleJson([...create('pay'), ...member, '--key', String(id)], settled);
  const wrong = await heddle([...create('plans'), '--member', 'nobody@maple.example'], settled);

  assert.deepEqual(Object.keys(made), ['id', 'name']);
  assert.deepEqual([wrong.code, wrong.stderr.includes('no member')], [1, true]);
});

test('what brings nothing to show answers that it is done', async () => {
  const silent = [
    ['migrate'],
    ['maintenance', 'on'],
    ['maintenance', 'off'],
    ['secrets', 'rotate'],
  ];

  for (const command of silent) {
    assert.deepEqual(await heddleJson(command, settled), { ok: true }, command.join(' '));
  }
});

test('without --json the same is written for people', async () => {
  const { code, stdout } = await heddle(['organization', 'create', '--name', 'Elm'], settled);

  assert.equal(code, 0);
  assert.match(stdout, /^id {4}\w+\nname {2}Elm\n$/);
});

test('the settings are listed without their secrets', async () => {
  const given = {
    ...settled,
    SMTP_URL: 'smtp://robot:hush-hush@mail.example',
    REDIS_URL: 'redis://:very-secret@cache.example',
    HEDDLE_PORT: '4321',
  };

  const listed = await heddleJson<{ settings: { name: string; value: string | null }[] }>(
    ['config'],
    given,
  );
  const { stdout } = await heddle(['config'], given);

  const values = Object.fromEntries(listed.settings.map(({ name, value }) => [name, value]));
  assert.equal(values.HEDDLE_PORT, '4321');
  assert.equal(values.SMTP_URL, '(set)');
  assert.equal(values.S3_URL, null);
  assert.match(stdout, /^HEDDLE_PORT=4321\n {4}Port to listen on/m);
  for (const secret of ['hush-hush', 'very-secret', key]) {
    assert.ok(!`${stdout}${JSON.stringify(listed)}`.includes(secret));
  }
});

test('the doctor finds a healthy installation well', async () => {
  const { ok, checks } = await heddleJson<{
    ok: boolean;
    checks: { check: string; ok: boolean }[];
  }>(['doctor'], settled);

  assert.equal(ok, true);
  const names = checks.map(({ check }) => check);
  assert.deepEqual(names, [
    ...['node', 'database', 'migrations', 'row_level_security', 'master_key', 'disk', 'events'],
    ...['adoption', 'mail'],
  ]);
});

test('the doctor says what is wrong, and fails', async () => {
  const outcome = await launch(['doctor', '--json'], {
    ...settled,
    SMTP_URL: 'smtp://127.0.0.1:1',
  });

  const { ok, checks } = onlyDocument(outcome) as {
    ok: boolean;
    checks: { check: string; ok: boolean; detail: string }[];
  };
  assert.equal(outcome.code, 1);
  assert.equal(ok, false);
  const failed = checks.filter((one) => !one.ok);
  assert.deepEqual(
    failed.map(({ check }) => check),
    ['mail'],
  );
  assert.match(failed[0]?.detail ?? '', /ECONNREFUSED/);
});

test('runs from anywhere, through links, by the Node that it brings', async () => {
  const { stdout } = await launch(['doctor', '--json'], { ...settled, PATH: '/usr/bin:/bin' });

  assert.match(stdout, /"check":"node","ok":true,"detail":"Node v26\./);
});
