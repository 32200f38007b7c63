import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { Keyring, MasterKeyError, SealError } from './keyring.ts';

const run = promisify(execFile);
const secret = Buffer.from('sealed in the test');

test('opens what it sealed, whatever it is', () => {
  const keyring = new Keyring({ masterKey: newKey(), dataDirectory: '/nowhere' });

  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5_000 }), fc.string(), (bytes, context) => {
      const opened = keyring.open(keyring.seal(Buffer.from(bytes), context), context);

      assert.deepEqual(opened, Buffer.from(bytes));
    }),
  );
});

test('seals the same secret differently every time', () => {
  const keyring = new Keyring({ masterKey: newKey(), dataDirectory: '/nowhere' });

  const [one, two] = [keyring.seal(secret, 'place'), keyring.seal(secret, 'place')];

  assert.notDeepEqual(one, two);
  assert.ok(!one.includes(secret));
});

test('refuses a sealed value of which any byte was changed, or that was cut', () => {
  const keyring = new Keyring({ masterKey: newKey(), dataDirectory: '/nowhere' });
  const sealed = keyring.seal(secret, 'place');

  for (let index = 0; index < sealed.length; index += 1) {
    const changed = Buffer.from(sealed);
    changed[index] = (changed[index] as number) ^ 1;

    assert.throws(() => keyring.open(changed, 'place'), isRefusal, `byte ${index}`);
    assert.throws(() => keyring.open(sealed.subarray(0, index), 'place'), SealError);
  }
});

test('refuses a sealed value that was moved to another place', () => {
  const keyring = new Keyring({ masterKey: newKey(), dataDirectory: '/nowhere' });
  const sealed = keyring.seal(secret, 'secret one');

  assert.throws(() => keyring.open(sealed, 'secret two'), SealError);
  assert.throws(() => keyring.open(sealed, ''), SealError);
});

test('refuses a payload under the data key of another secret of the same place', () => {
  const keyring = new Keyring({ masterKey: newKey(), dataDirectory: '/nowhere' });
  const [one, two] = [keyring.seal(secret, 'place'), keyring.seal(secret, 'place')];
  const wrappedBytes = 69;

  const mixed = Buffer.concat([one.subarray(0, wrappedBytes), two.subarray(wrappedBytes)]);

  assert.throws(() => keyring.open(mixed, 'place'), SealError);
});

test('makes the file at the first use only, for its owner alone', async (t) => {
  const dataDirectory = join(await folder(t), 'new');
  const keyring = new Keyring({ masterKey: undefined, dataDirectory });

  const sealed = keyring.seal(secret, 'place');
  const again = new Keyring({ masterKey: undefined, dataDirectory });

  assert.deepEqual(again.open(sealed, 'place'), secret);
  assert.deepEqual(await readdir(dataDirectory), ['master.key']);
  assert.equal((await stat(join(dataDirectory, 'master.key'))).mode & 0o777, 0o600);
  assert.equal((await lines(dataDirectory)).length, 1);
});

test('does not make a file to open what was sealed under a lost one', async (t) => {
  const dataDirectory = await folder(t);
  const sealed = new Keyring({ masterKey: newKey(), dataDirectory }).seal(secret, 'place');
  const keyring = new Keyring({ masterKey: undefined, dataDirectory });

  assert.throws(() => keyring.open(sealed, 'place'), /master\.key does not exist.*restore/);
  assert.deepEqual(await readdir(dataDirectory), []);
});

test('ten processes that start at once share one key', async (t) => {
  const dataDirectory = await folder(t);
  const module = JSON.stringify(new URL('keyring.ts', import.meta.url).href);
  const script = `
    const { Keyring } = await import(${module});
    const keyring = new Keyring({ masterKey: undefined, dataDirectory: ${JSON.stringify(dataDirectory)} });
    console.log(keyring.seal(Buffer.from('of a process'), 'place').toString('base64'));`;

  const racing = Array.from({ length: 10 }, () =>
    run(process.execPath, ['--input-type=module', '--eval', script]),
  );
  const sealed = (await Promise.all(racing)).map(({ stdout }) => Buffer.from(stdout, 'base64'));

  const keyring = new Keyring({ masterKey: undefined, dataDirectory });
  for (const one of sealed) assert.equal(keyring.open(one, 'place').toString(), 'of a process');
  assert.equal((await lines(dataDirectory)).length, 1);
  assert.deepEqual(await readdir(dataDirectory), ['master.key']);
});

test('a running process seals under a key that another added, and opens what that one sealed', async (t) => {
  const dataDirectory = await folder(t);
  const server = new Keyring({ masterKey: undefined, dataDirectory });
  const command = new Keyring({ masterKey: undefined, dataDirectory });
  const before = server.seal(secret, 'place');

  const id = command.addKey();
  const fromCommand = command.seal(secret, 'place');

  assert.deepEqual(server.open(fromCommand, 'place'), secret);
  assert.deepEqual(server.open(before, 'place'), secret);
  assert.equal(server.seal(secret, 'place').toString('hex', 1, 9), id);
  assert.equal((await lines(dataDirectory)).length, 2);
  assert.equal((await stat(join(dataDirectory, 'master.key'))).mode & 0o777, 0o600);
});

test('wraps a secret anew under the newest key, once', async (t) => {
  const dataDirectory = await folder(t);
  const keyring = new Keyring({ masterKey: undefined, dataDirectory });
  const old = keyring.seal(secret, 'place');
  const id = keyring.addKey();

  const rewrapped = keyring.rewrap(old, 'place') as Buffer;

  assert.equal(rewrapped.toString('hex', 1, 9), id);
  assert.deepEqual(keyring.open(rewrapped, 'place'), secret);
  assert.equal(keyring.rewrap(rewrapped, 'place'), undefined);
  assert.throws(() => keyring.rewrap(old, 'elsewhere'), SealError);
});

test('takes several keys from the environment, the newest first', () => {
  const [older, newer] = [newKey(), newKey()];
  const sealed = new Keyring({ masterKey: older, dataDirectory: '/nowhere' }).seal(secret, 'place');
  const both = new Keyring({ masterKey: `${newer}, ${older}`, dataDirectory: '/nowhere' });
  const onlyNewer = new Keyring({ masterKey: newer, dataDirectory: '/nowhere' });

  const rewrapped = both.rewrap(sealed, 'place') as Buffer;

  assert.deepEqual(both.open(sealed, 'place'), secret);
  assert.deepEqual(onlyNewer.open(rewrapped, 'place'), secret);
});

test('says which key is missing and where, and shows no key', async (t) => {
  const dataDirectory = await folder(t);
  const [lost, held] = [newKey(), newKey()];
  const sealed = new Keyring({ masterKey: lost, dataDirectory }).seal(secret, 'place');
  const id = sealed.toString('hex', 1, 9);
  const fromEnvironment = new Keyring({ masterKey: held, dataDirectory });
  const fromFile = new Keyring({ masterKey: undefined, dataDirectory });
  fromFile.seal(secret, 'place');

  for (const [keyring, place] of [
    [fromEnvironment, 'HEDDLE_MASTER_KEY'],
    [fromFile, join(dataDirectory, 'master.key')],
  ] as const) {
    assert.throws(
      () => keyring.open(sealed, 'place'),
      (error: Error) => {
        assert.ok(error instanceof MasterKeyError);
        assert.ok(error.message.includes(id) && error.message.includes(place), error.message);
        assert.ok(!error.message.includes('\n'));
        assert.ok(![lost, held].some((key) => error.message.includes(key.slice(0, 8))));
        return true;
      },
    );
  }
});

test('says what to do where a key of the environment is to be rotated', () => {
  const keyring = new Keyring({ masterKey: newKey(), dataDirectory: '/nowhere' });

  assert.throws(
    () => keyring.addKey(),
    /HEDDLE_MASTER_KEY: put a new key .* before the present one/,
  );
});

test('names the line of a file that holds no key', async (t) => {
  const dataDirectory = await folder(t);
  await writeFile(join(dataDirectory, 'master.key'), `${newKey()}\nnot a key\n`);
  const keyring = new Keyring({ masterKey: undefined, dataDirectory });

  assert.throws(
    () => keyring.seal(secret, 'place'),
    /master\.key: key 2 is not 32 bytes in base64/,
  );
});

test('seals nothing under a key whose file has disappeared', async (t) => {
  const dataDirectory = await folder(t);
  const keyring = new Keyring({ masterKey: undefined, dataDirectory });
  const sealed = keyring.seal(secret, 'place');
  await rm(join(dataDirectory, 'master.key'));

  assert.deepEqual(keyring.open(sealed, 'place'), secret);
  assert.throws(() => keyring.seal(secret, 'place'), /master\.key has disappeared; restore it/);
});

test('two who add a key at once lose none', async (t) => {
  const dataDirectory = await folder(t);
  const keyring = new Keyring({ masterKey: undefined, dataDirectory });
  keyring.seal(secret, 'place');
  await writeFile(join(dataDirectory, 'master.key.lock'), '');

  assert.throws(
    () => keyring.addKey(),
    /Another process is adding a master key.*master\.key\.lock/,
  );
  assert.equal((await lines(dataDirectory)).length, 1);
});

function newKey(): string {
  return randomBytes(32).toString('base64');
}

function isRefusal(error: unknown): boolean {
  return error instanceof SealError || error instanceof MasterKeyError;
}

async function folder(t: TestContext): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'heddle-keys-'));
  t.after(() => rm(made, { recursive: true, force: true }));
  return made;
}

async function lines(dataDirectory: string): Promise<string[]> {
  const text = await readFile(join(dataDirectory, 'master.key'), 'utf8');
  return text.trim().split('\n');
}
