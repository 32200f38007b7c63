import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, type TestContext, test } from 'node:test';
import { SigningKeys, signingKeyColumn } from '../../platform/access/signing.ts';
import { cloneTemplate, dropDatabase, joinCluster, silent } from '../../testing/cluster.ts';
import { systemClock } from '../clock.ts';
import { Database } from '../database/database.ts';
import { Listener } from '../database/listener.ts';
import { asOwner, connect } from '../testing/owner.ts';
import { until } from '../testing/until.ts';
import { Keyring, MasterKeyError, SealError } from './keyring.ts';
import { Secrets } from './secrets.ts';

const cluster = await joinCluster();
after(() => cluster.stop());
const secretBytes = 32;

const newKey = () => randomBytes(32).toString('base64');
const keyringOf = (masterKey: string) => new Keyring({ masterKey, dataDirectory: '/nowhere' });
const unused = () => assert.fail('made although it exists');

/** A database without a server, so that there are no secrets but those of the test. */
async function makeDatabase(t: TestContext) {
  const address = await cloneTemplate(cluster);
  const database = new Database(address, silent);
  t.after(async () => {
    await database.close();
    await dropDatabase(cluster, address);
  });
  const under = (masterKey: string) => new Secrets(database, keyringOf(masterKey), systemClock);
  return { address, database, under };
}

async function makeFolder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'heddle-secrets-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

const nameOf = (index: number) => `n${String(index).padStart(3, '0')}`;

/** `count` secrets, each with its own name in it. */
async function fill(secrets: Secrets, count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, index) => nameOf(index));
  await Promise.all(names.map((name) => secrets.sharedSecret(name, () => Buffer.from(name))));
}

async function assertFilled(secrets: Secrets, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const secret = await secrets.sharedSecret(nameOf(index), unused);
    assert.equal(secret.toString(), nameOf(index));
  }
}

test('twenty processes that ask for the same secret at once get the same one', async (t) => {
  const { under } = await makeDatabase(t);
  const key = newKey();
  const processes = Array.from({ length: 20 }, () => under(key));

  const secrets = await Promise.all(
    processes.map((one) => one.sharedSecret('a', () => randomBytes(secretBytes))),
  );

  assert.equal(new Set(secrets.map((secret) => secret.toString('hex'))).size, 1);
  assert.equal(secrets[0]?.length, secretBytes);
});

test('a secret that exists is not made again', async (t) => {
  const { under } = await makeDatabase(t);
  const key = newKey();
  const made = await under(key).sharedSecret('a', () => randomBytes(secretBytes));

  const found = await under(key).sharedSecret('a', unused);

  assert.deepEqual(found, made);
});

test('the database holds no secret as it is', async (t) => {
  const { address, under } = await makeDatabase(t);
  const secret = await under(newKey()).sharedSecret('a', () => randomBytes(secretBytes));

  const [row] = await asOwner<{ sealed: Buffer }>(address, 'select sealed from platform.secret');

  assert.ok(row && !row.sealed.includes(secret));
});

test('the first start decides which master key it is, and later starts need that one', async (t) => {
  const { under } = await makeDatabase(t);
  const [first, another] = [newKey(), newKey()];

  await under(first).verifyMasterKey();
  await under(first).verifyMasterKey();

  const refusal = await under(another)
    .verifyMasterKey()
    .catch((error: unknown) => error);
  const missing = keyringOf(first).seal(Buffer.from('x'), 'x').toString('hex', 1, 9);
  assert.ok(refusal instanceof MasterKeyError);
  assert.match(refusal.message, /^HEDDLE_MASTER_KEY lacks the master key [^\n]*$/);
  assert.ok(refusal.message.includes(missing));
  assert.ok(![first, another].some((key) => refusal.message.includes(key.slice(0, 8))));
});

test('processes that start at once with different master keys do not both go on', async (t) => {
  const { under } = await makeDatabase(t);

  const starts = await Promise.allSettled(
    [newKey(), newKey()].map((k) => under(k).verifyMasterKey()),
  );

  assert.deepEqual(starts.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('rotation brings every secret under the new key, once, and the old key opens none', async (t) => {
  const { under } = await makeDatabase(t);
  const [old, fresh] = [newKey(), newKey()];
  await under(old).verifyMasterKey();
  const a = await under(old).sharedSecret('a', () => randomBytes(secretBytes));
  await fill(under(old), 250);

  const rotated = await under(`${fresh},${old}`).rotateSecrets();
  const again = await under(`${fresh},${old}`).rotateSecrets();

  assert.deepEqual(rotated, [{ column: 'platform.secret', rows: 252, rewrapped: 252 }]);
  assert.deepEqual(again, [{ column: 'platform.secret', rows: 252, rewrapped: 0 }]);
  await under(fresh).verifyMasterKey();
  assert.deepEqual(await under(fresh).sharedSecret('a', unused), a);
  await assertFilled(under(fresh), 250);
  await assert.rejects(under(old).verifyMasterKey(), MasterKeyError);
  await assert.rejects(under(old).sharedSecret('a', unused), MasterKeyError);
});

test('a sealed value that was copied to another name is refused', async (t) => {
  const { address, under } = await makeDatabase(t);
  const key = newKey();
  await fill(under(key), 2);

  await asOwner(
    address,
    `update platform.secret set sealed =
       (select sealed from platform.secret where name = $1) where name = $2`,
    [nameOf(0), nameOf(1)],
  );

  await assert.rejects(under(key).sharedSecret(nameOf(1), unused), SealError);
  await assert.rejects(under(`${newKey()},${key}`).rotateSecrets(), SealError);
});

test('the key file gets a new key while another process goes on asking', async (t) => {
  const { database } = await makeDatabase(t);
  const dataDirectory = await makeFolder(t);
  const open = () => new Keyring({ masterKey: undefined, dataDirectory });
  const server = new Secrets(database, open(), systemClock);
  await fill(server, 120);
  const rotating = new AbortController();
  const asking = (async () => {
    let rounds = 0;
    for (; !rotating.signal.aborted || rounds === 0; rounds += 1) {
      await assertFilled(server, 120);
      await server.sharedSecret(`made in round ${rounds}`, () => randomBytes(secretBytes));
    }
    return rounds;
  })();

  const command = open();
  const id = command.addKey();
  const [rotated] = await new Secrets(database, command, systemClock).rotateSecrets();
  rotating.abort();

  assert.ok((await asking) > 0);
  assert.ok(rotated && rotated.rewrapped >= 120);
  const rows = await database.system.reading.rows<{ sealed: Buffer }>(
    'select sealed from platform.secret where name like $1',
    ['n%'],
  );
  const ids = new Set(rows.map(({ sealed }) => sealed.toString('hex', 1, 9)));
  assert.deepEqual(ids, new Set([id]));
});

test('the signing keys are rewrapped with the secrets, and sign as before', async (t) => {
  const { address, database } = await makeDatabase(t);
  const [old, fresh] = [newKey(), newKey()];
  const listener = new Listener(address, silent);
  const signing = (masterKey: string) =>
    new SigningKeys(database, listener, keyringOf(masterKey), systemClock);
  await signing(old).start();
  await signing(old).rotate();
  const token = await signing(old).sign({ sub: 'before' });

  const rotated = await new Secrets(
    database,
    keyringOf(`${fresh},${old}`),
    systemClock,
  ).rotateSecrets([signingKeyColumn]);

  assert.deepEqual(rotated[1], { column: 'platform.signing_key', rows: 2, rewrapped: 2 });
  assert.equal((await signing(fresh).verify(token))?.sub, 'before');
  const signed = await signing(fresh).sign({ sub: 'after' });
  assert.equal((await signing(fresh).verify(signed))?.sub, 'after');
  await assert.rejects(signing(old).sign({ sub: 'after' }), MasterKeyError);
});

test('a rotation that breaks off midway leaves every secret readable, and the next one finishes', async (t) => {
  const { address, under } = await makeDatabase(t);
  const [old, fresh] = [newKey(), newKey()];
  const both = `${fresh},${old}`;
  await fill(under(old), 250);
  const holder = await connect(address);
  await holder.rows('begin');
  await holder.rows('select from platform.secret where name = $1 for update', [nameOf(150)]);

  const broken = under(both).rotateSecrets();
  const refused = assert.rejects(broken);
  await until('the rotation waits and its connection ends', async () => {
    const ended = await asOwner(
      address,
      `select pg_terminate_backend(pid, 10000) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return ended.length > 0;
  });
  await refused;
  await holder.rows('commit');
  await holder.end();

  await assertFilled(under(both), 250);
  const finished = await under(both).rotateSecrets();
  assert.deepEqual(finished, [{ column: 'platform.secret', rows: 250, rewrapped: 150 }]);
  await assertFilled(under(fresh), 250);
});
