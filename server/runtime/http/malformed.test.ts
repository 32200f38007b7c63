import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { head, sendRaw } from '../testing/socket.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });

const cases = [
  ['words that are no HTTP', 'good morning\r\n\r\n', 400, 'invalid_request'],
  [
    'two lengths',
    head('POST /api/public/postThread', { 'content-length': '1\r\nContent-Length: 2' }),
    400,
    'invalid_request',
  ],
  [
    'headers beyond 16 KiB',
    head('GET /healthz', { 'x-much': 'x'.repeat(20_000) }),
    431,
    'headers_too_large',
  ],
] as const;

for (const [what, bytes, status, error] of cases) {
  test(`${what}: refused in words, with an id`, async () => {
    const answer = await sendRaw(app.url, bytes);

    assert.equal(answer.status, status, answer.text);
    const body = JSON.parse(answer.body);
    assert.equal(body.error, error);
    assert.match(body.message, /\w/);
    assert.equal(body.request_id, answer.headers.get('x-request-id'));
  });
}
