import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { makeDatabase } from './testing/database.ts';
import { makeFolder } from './testing/folder.ts';
import { complaintOf, type Environment, heddle, launch, onlyDocument } from './testing/heddle.ts';
import { makeOrganization, makePractice } from './testing/practice.ts';

const database = await makeDatabase({ after });
const environment = {
  DATABASE_URL: database.url,
  HEDDLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};
const own = await makePractice(environment);
const other = await makeOrganization(environment);

/** Runs every command and compares the one line, and the document, with what is expected. */
async function expectRefusals(code: number, cases: [string[], RegExp, Environment?][]) {
  const outcomes = cases.map(async ([args, expected, more = {}]) => {
    const outcome = await heddle([...args, '--json'], { ...environment, ...more });
    const { ok, error } = onlyDocument(outcome) as { ok: boolean; error: string };
    assert.deepEqual([ok, outcome.code], [false, code], `${args.join(' ')}: ${error}`);
    assert.match(error, expected);
    if (code === 1) assert.equal(complaintOf(outcome), `heddle: ${error}`);
  });
  await Promise.all(outcomes);
}

const of = (organization: string) => ['--organization', organization, '--name', 'Any'];

test('what cannot be done is refused in a line that names it', async () => {
  const member = ['member', 'create', '--organization', other, '--email'];
  const practice = ['practice', 'create', ...of(other), '--doctor', 'Dr. One', '--location'];

  await expectRefusals(1, [
    [['consumer', 'create', ...of('zzzzz'), '--scope', 'all'], /^organization: .*zzzzz/],
    [[...member, 'nobody'], /^email: must be an e-mail address/],
    [[...member, 'a@b.example', '--password', 'short'], /^password: .*at least 8/],
    [[...practice, 'Here;Mars/Olympus'], /^location: "Mars\/Olympus" is not an IANA time zone/],
    [
      ['consumer', 'create', ...of(other), '--scope', 'fly'],
      /^scope: there is no scope fly; .*all/,
    ],
    [
      ['consumer', 'create', ...of(other), '--scope', 'all', '--practice', own.practice.id],
      /^practice: the organization has no practice/,
    ],
    [['consumer', 'rotate', '--client-id', 'nobody'], /^client_id: no active consumer/],
    [['key', 'revoke', '--organization', other, '--id', 'zzzzz'], /^id: no active key/],
    [['organization', 'create', '--name', ' '], /^name: must not be blank/],
  ]);
});

test('wrong usage is told apart from failure', async () => {
  const practice = ['practice', 'create', ...of(other), '--doctor', 'Dr. One'];

  await expectRefusals(2, [
    [['fly'], /unknown command 'fly'/],
    [['organization', 'create'], /required option '--name <name>'/],
    [['organization', 'create', '--name', 'A', '--size', '3'], /unknown option '--size'/],
    [
      ['key', 'create', ...of(other), '--kind', 'email'],
      /'email' is invalid.*choices are threads, sync/,
    ],
    [
      ['consumer', 'create', ...of(other), '--scope', 'all', '--plan', 'gold'],
      /'gold' is invalid.*developer, professional, enterprise, unlimited/,
    ],
    [[...practice, '--location', 'Here'], /"NAME;TIMEZONE"/],
    [
      [...practice, '--location', 'Here;Europe/London', '--country', 'Britain'],
      /a two-letter code/,
    ],
    [['maintenance', 'on', '--retry-after', 'soon'], /whole number of seconds/],
    [['member', 'create', '--organization', other, '--role', 'king'], /owner, admin, member/],
  ]);
});

test('wrong usage shows how it is right on standard error', async () => {
  const { code, stdout, stderr } = await launch(['organization', 'create'], environment);

  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^error: required option '--name <name>' not specified\n/);
});

test('a wrong setting stops every command with its name', async () => {
  const pair = { HEDDLE_TLS_CERT: '/dev/null', HEDDLE_TLS_KEY: '/dev/null' };

  await expectRefusals(1, [
    [['migrate'], /^HEDDLE_PORT: "http" is not a port/, { HEDDLE_PORT: 'http' }],
    [['config'], /^HEDDLE_ROLES: "boss" is not a role/, { HEDDLE_ROLES: 'web,boss' }],
    [['serve'], /^HEDDLE_TRUST_PROXY: "10.0.0.0\/99"/, { HEDDLE_TRUST_PROXY: '10.0.0.0/99' }],
    [['serve'], /^HEDDLE_TLS_CERT and HEDDLE_TLS_KEY/, { HEDDLE_TLS_CERT: '/dev/null' }],
    [['serve'], /^HEDDLE_TLS_CERT: .* no CERTIFICATE/, { ...pair, HEDDLE_PORT: '0' }],
    [['migrate'], /^HEDDLE_MASTER_KEY: must be 32 random bytes/, { HEDDLE_MASTER_KEY: 'abc' }],
    [['migrate'], /^LOG_LEVEL: "loud"/, { LOG_LEVEL: 'loud' }],
    [['migrate'], /^DATABASE_URL: must be a URL/, { DATABASE_URL: 'mysql://localhost/x' }],
    [['migrate'], /^DATABASE_URL: .*ECONNREFUSED/, { DATABASE_URL: 'postgres://127.0.0.1:1/x' }],
    [
      ['migrate'],
      /^DATABASE_URL: database "nowhere" does not exist/,
      { DATABASE_URL: database.url.replace(/test_\w+/, 'nowhere') },
    ],
    [['serve'], /^HEDDLE_HOST: this machine has no address/, { HEDDLE_HOST: '203.0.113.1' }],
  ]);
});

test('a data folder that is a file is named', async (t) => {
  const folder = await makeFolder(t);
  await writeFile(folder, '');

  for (const path of [folder, join(folder, 'below')]) {
    const outcome = await heddle(['migrate'], { HEDDLE_DATA: path });

    assert.equal(outcome.code, 1);
    assert.match(complaintOf(outcome), /^heddle: HEDDLE_DATA: .*not a directory|file already/);
  }
});

test('a master key that is lost, wrong or unreadable stops the start', async (t) => {
  const folder = await makeFolder(t);
  const { HEDDLE_MASTER_KEY: _, ...keyless } = { ...environment, HEDDLE_DATA: folder };
  const other = { HEDDLE_MASTER_KEY: Buffer.alloc(32, 8).toString('base64') };
  const file = join(folder, 'master.key');
  await mkdir(dirname(file), { recursive: true });

  const lost = await heddle(['serve'], keyless);
  const wrong = await heddle(['serve'], { ...keyless, ...other });
  await writeFile(file, 'scribble');
  const damaged = await heddle(['serve'], keyless);

  for (const outcome of [lost, wrong, damaged]) assert.equal(outcome.code, 1);
  assert.match(complaintOf(lost), /master\.key does not exist.*restore/);
  assert.match(complaintOf(wrong), /HEDDLE_MASTER_KEY/);
  assert.match(complaintOf(damaged), /master\.key: key 1 is not 32 bytes in base64/);
});
