import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AppError } from './errors.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

test('a password fits its own hash and no other', async () => {
  const stored = await hashPassword('correct horse');

  assert.equal(await verifyPassword('correct horse', stored), true);
  assert.equal(await verifyPassword('correct horsf', stored), false);
  assert.equal(await verifyPassword('', stored), false);
});

test('hashes are Argon2id in the PHC format, each with a salt of its own', async () => {
  const [one, two] = await Promise.all([hashPassword('same'), hashPassword('same')]);

  assert.match(one, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  assert.notEqual(one, two);
});

test('checks a hash that the reference implementation made at another cost', async () => {
  // https://github.com/P-H-C/phc-winner-argon2/blob/master/src/test.c
  const stored =
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';

  assert.equal(await verifyPassword('password', stored), true);
  assert.equal(await verifyPassword('differentpassword', stored), false);
});

test('one text in two encodings is one password', async () => {
  const stored = await hashPassword('Zu\u0308rich');

  assert.equal(await verifyPassword('Z\u00fcrich', stored), true);
});

test('what is stored and no Argon2id hash is an error that does not show it', async () => {
  const check = verifyPassword('text', '$2b$10$abcdefghijklmnopqrstuv');

  await assert.rejects(check, (error: Error) => !error.message.includes('$2b$'));
});

test('a burst of sign-ins is queued, and turned away where the queue is full', async () => {
  const cheap = `$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$${'A'.repeat(43)}`;

  const all = await Promise.allSettled(
    Array.from({ length: 250 }, () => verifyPassword('burst', cheap)),
  );

  const refused = all.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  const answers = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  assert.equal(answers.length, 203);
  assert.ok(refused.every((error) => error instanceof AppError && error.code === 'overloaded'));
  assert.equal(await verifyPassword('burst', cheap), false);
});
