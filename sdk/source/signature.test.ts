import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newSecret, signing } from '../../server/sync/conventions/signing.ts';
import { signatureHeaders, verifySignature } from './signature.ts';

const secret = newSecret();
const body = '{"object":"recalls"}';
const signed = (at = new Date(), previous?: string) =>
  signing({ secret, previous })('msg_1', at, body) as Record<string, string>;

test('what the server signs is taken, as Node and as fetch have headers', () => {
  assert.equal(verifySignature(signed(), body, secret), true);
  assert.equal(verifySignature(new Headers(signed()), Buffer.from(body), secret), true);
});

test('while two secrets hold, either is taken', () => {
  const previous = newSecret();
  const headers = signed(new Date(), previous);

  assert.equal(verifySignature(headers, body, secret), true);
  assert.equal(verifySignature(headers, body, previous), true);
});

test('another body, secret, id, or time is not taken', () => {
  const early = new Date(Date.now() - 3_600_000);
  const replaced = { ...signed(early), 'webhook-timestamp': signed()['webhook-timestamp']! };
  const { 'webhook-signature': _, ...unsigned } = signed();

  assert.equal(verifySignature(signed(), `${body} `, secret), false);
  assert.equal(verifySignature(signed(), body, newSecret()), false);
  assert.equal(verifySignature({ ...signed(), 'webhook-id': 'msg_2' }, body, secret), false);
  assert.equal(verifySignature(signed(early), body, secret), false);
  assert.equal(verifySignature(replaced, body, secret), false);
  assert.equal(verifySignature(unsigned, body, secret), false);
  assert.equal(verifySignature({}, body, secret), false);
});

test('authors sign as the server does', () => {
  const at = new Date();
  const own = signatureHeaders(body, secret, 'msg_1', at);

  assert.deepEqual(own, signed(at));
});

test('what is no secret of a registration is said', () => {
  assert.throws(() => verifySignature(signed(), body, 'secret'), /whsec_/);
});
