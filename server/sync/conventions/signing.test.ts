import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSecret, signing } from './signing.ts';

// As the specification of Standard Webhooks has it in its own examples.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const at = new Date(1_614_265_330_000);

test('a request is signed as Standard Webhooks says', () => {
  const headers = signing({ secret })('msg_p5jXN8AQM9LWM0D4loKWxJek', at, '{"test": 2432232314}');

  assert.equal(headers['webhook-signature'], 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  assert.equal(headers['webhook-timestamp'], '1614265330');
  assert.match(headers['x-threadsync-signature'] ?? '', /^[0-9a-f]{64}$/);
});

test('while two secrets hold, what the old one signs stays where it was', () => {
  const next = newSecret();
  const id = 'msg_1';
  const before = signing({ secret })(id, at, 'é');
  const after = signing({ secret: next })(id, at, 'é');

  const both = signing({ secret: next, previous: secret })(id, at, 'é');

  assert.equal(both['x-threadsync-signature'], before['x-threadsync-signature']);
  assert.equal(both['x-threadsync-signature-next'], after['x-threadsync-signature']);
  const signatures = [after['webhook-signature'], before['webhook-signature']];
  assert.equal(both['webhook-signature'], signatures.join(' '));
});
