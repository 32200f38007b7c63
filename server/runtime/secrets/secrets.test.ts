import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { SigningKeys, signingKeyColumn } from '../../platform/access/signing.ts';
import { cloneTemplate, dropDatabase, joinCluster, silent } from '../../testing/cluster.ts';
import { systemClock } from '../clock.ts';
import { Database } from '../database/database.ts';
import { Listener } from '../database/listener.ts';
import { asOwner } from '../testing/owner.ts';
import { Keyring, MasterKeyError, SealError } from './keyring.ts';
import { type SealedColumn, Secrets } from './secrets.ts';

const cluster = await joinCluster();
const address = await cloneTemplate(cluster);
const database = new Database(address, silent);
const folder = await mkdtemp(join(tmpdir(), 'heddle-secrets-'));
after(async () => {
  await database.close();
  await dropDatabase(cluster, address);
  await cluster.stop();
  await rm(folder, { recursive: true });
});
afterEach(() => asOwner(address, 'truncate platform.secret, platform.signing_key'));

const newKey = () => randomBytes(32).toString('base64');
const ring = (masterKey: string) => new Keyring({ masterKey, dataDirectory: '/nowhere' });
const under = (masterKey: string) => new Secrets(database, ring(masterKey), systemClock);
const random = () => randomBytes(32);
const never = () => {
  throw new Error('it was made anew');
};

test('twenty that ask for a secret at once get the same bytes', async () => {
  const key = newKey();

  const made = await Promise.all(
    Array.from({ length: 20 }, () => under(key).sharedSecret('a', random)),
  );

  assert.equal(new Set(made.map((bytes) => bytes.toString('hex'))).size, 1);
});

test('a secret that exists is not made', async () => {
  const key = newKey();
  const made = await under(key).sharedSecret('a', random);

  const found = await under(key).sharedSecret('a', never);

  assert.deepEqual(found, made);
});

test('the master key of the first start is that of every later one', async () => {
  const key = newKey();

  await under(key).verifyMasterKey();
  await under(key).verifyMasterKey();

  await assert.rejects(under(newKey()).verifyMasterKey(), MasterKeyError);
});

test('another master key is refused by the name of the variable and the id that is missing', async () => {
  const [first, second] = [newKey(), newKey()];
  await under(first).verifyMasterKey();
  const id = ring(first).seal(Buffer.from('a'), 'b').toString('hex', 1, 9);

  const attempt = under(second).verifyMasterKey();

  await assert.rejects(attempt, (error: Error) => {
    assert.ok(error instanceof MasterKeyError);
    assert.match(error.message, new RegExp(`^HEDDLE_MASTER_KEY lacks the master key ${id}`));
    assert.ok(!error.message.includes(first) && !error.message.includes(second));
    return true;
  });
});

test('a rotation brings every secret under the new key, and the old one is then of no use', async () => {
  const [old, fresh] = [newKey(), newKey()];
  await under(old).verifyMasterKey();
  const made = await under(old).sharedSecret('a', random);
  for (let n = 0; n < 250; n += 1)
    await under(old).sharedSecret(`n${n}`, () => Buffer.from(`${n}`));
  const both = under(`${fresh},${old}`);

  const first = await both.rotateSecrets();
  const second = await both.rotateSecrets();

  assert.deepEqual(first, [{ column: 'platform.secret', rows: 252, rewrapped: 252 }]);
  assert.deepEqual(second, [{ column: 'platform.secret', rows: 252, rewrapped: 0 }]);
  await under(fresh).verifyMasterKey();
  assert.deepEqual(await under(fresh).sharedSecret('a', never), made);
  assert.equal(String(await under(fresh).sharedSecret('n249', never)), '249');
  await assert.rejects(under(old).verifyMasterKey(), MasterKeyError);
  await assert.rejects(under(old).sharedSecret('a', never), MasterKeyError);
});

test('a sealed value that was put under another name does not open', async () => {
  const key = newKey();
  await under(key).sharedSecret('one', random);
  await under(key).sharedSecret('two', random);
  await asOwner(
    address,
    `update platform.secret set sealed =
       (select sealed from platform.secret where name = 'one') where name = 'two'`,
  );

  const attempt = under(key).sharedSecret('two', never);

  await assert.rejects(attempt, SealError);
});

test('a key file takes a new key and rotates while others read and make secrets', async () => {
  const dataDirectory = await mkdtemp(join(folder, 'file-'));
  const rings = [0, 1].map(() => new Keyring({ masterKey: undefined, dataDirectory }));
  const [rotating, reading] = rings.map((one) => new Secrets(database, one, systemClock));
  const made = await rotating!.sharedSecret('a', random);
  let isDone = false;
  const loop = async () => {
    let rounds = 0;
    for (; !isDone || rounds < 20; rounds += 1) {
      assert.deepEqual(await reading!.sharedSecret('a', never), made);
      await reading!.sharedSecret(`round ${rounds}`, random);
    }
    return rounds;
  };

  const looping = loop();
  for (let rotation = 0; rotation < 5; rotation += 1) {
    rings[0]!.addKey();
    await rotating!.rotateSecrets();
  }
  isDone = true;
  const rounds = await looping;

  const [last] = await rotating!.rotateSecrets();
  const again = await rotating!.rotateSecrets();
  assert.equal(last?.rows, rounds + 1);
  assert.equal(again[0]?.rewrapped, 0);
});

test('signing keys are brought under the new key, and still sign', async () => {
  const [old, fresh] = [newKey(), newKey()];
  const listener = new Listener(address, silent);
  const keysUnder = (key: string) => new SigningKeys(database, listener, ring(key), systemClock);
  await keysUnder(old).start();
  const token = await keysUnder(old).sign({ sub: 'a' });

  const rotated = await under(`${fresh},${old}`).rotateSecrets([signingKeyColumn]);

  assert.deepEqual(rotated[1], { column: 'platform.signing_key', rows: 1, rewrapped: 1 });
  const again = await keysUnder(fresh).sign({ sub: 'b' });
  assert.equal((await keysUnder(fresh).verify(token))?.sub, 'a');
  assert.equal((await keysUnder(fresh).verify(again))?.sub, 'b');
  await assert.rejects(keysUnder(old).sign({ sub: 'c' }), MasterKeyError);
});

test('a rotation that broke off leaves every secret open, and the next one finishes', async () => {
  const [old, fresh] = [newKey(), newKey()];
  const names = Array.from({ length: 250 }, (_, n) => `n${String(n).padStart(3, '0')}`);
  for (const name of names) await under(old).sharedSecret(name, () => Buffer.from(name));
  const both = under(`${fresh},${old}`);
  const broken: SealedColumn = {
    name: 'broken',
    selectBatch: async () => {
      throw new Error('the power is out');
    },
    update: async () => {},
  };
  const failing = failAfter(150);
  await assert.rejects(new Secrets(failing, ring(`${fresh},${old}`), systemClock).rotateSecrets());
  await assert.rejects(both.rotateSecrets([broken]), /the power is out/);
  await asOwner(address, `delete from platform.secret where name = 'n000'`);
  await under(old).sharedSecret('n000', () => Buffer.from('n000'));

  for (const name of names) assert.equal(String(await both.sharedSecret(name, never)), name);
  const [finished] = await both.rotateSecrets();

  assert.deepEqual(finished, { column: 'platform.secret', rows: 250, rewrapped: 1 });
  for (const name of names)
    assert.equal(String(await under(fresh).sharedSecret(name, never)), name);
});

/** A database whose transactions fail once `statementsMax` statements have been sent in them. */
function failAfter(statementsMax: number): Database {
  let sent = 0;
  const failing = new Database(address, silent);
  after(() => failing.close());
  const { transaction } = failing.system;
  failing.system.transaction = (work) =>
    transaction((tx) =>
      work({
        ...tx,
        rows: async (text, values) => {
          sent += 1;
          if (sent > statementsMax) throw new Error('the power is out');
          return tx.rows(text, values);
        },
      }),
    );
  return failing;
}
