import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { readConfig } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../log.ts';
import { createHttp } from './http.ts';

const lines: string[] = [];
const write = (fields: object, message: string) => {
  lines.push(JSON.stringify({ ...fields, message }));
};
const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
const app = createHttp(readConfig({ HEDDLE_PORT: '0' }), log, []);
after(() => app.close());

const secret = 'ada@mail.example';
const thrown: Record<string, unknown> = {
  undefined: undefined,
  null: null,
  'a-text': secret,
  'a-number': 400,
  'an-object': { message: secret, statusCode: 500 },
  'an-error': new Error(secret),
  'an-error-of-ours-as-cause': new Error(secret, { cause: new AppError('not_found') }),
  'an-error-with-a-status': Object.assign(new Error(secret), { statusCode: 503 }),
  'a-strange-status': Object.assign(new Error(secret), { statusCode: 'x' }),
  'a-symbol': Symbol(secret),
};
for (const [name, value] of Object.entries(thrown)) {
  app.get(`/rejects/${name}`, () => Promise.reject(value));
  app.get(`/throws/${name}`, () => {
    throw value;
  });
}
app.get('/shown', () => Promise.reject(new AppError('gone')));
app.get('/row', () =>
  Promise.reject(
    Object.assign(new Error(`duplicate key (${secret})`), {
      code: '23505',
      detail: `Key (email)=(${secret}) already exists.`,
      constraint: 'user_email_key',
      routine: '_bt_check_unique',
    }),
  ),
);

for (const way of ['rejects', 'throws']) {
  describe(`a handler that ${way}`, () => {
    for (const name of Object.keys(thrown)) {
      test(`${name.replaceAll('-', ' ')} is a 500 that tells nothing of it`, async () => {
        const answer = await app.inject(`/${way}/${name}`);

        const { request_id, ...body } = answer.json();
        assert.equal(answer.statusCode, 500);
        assert.equal(body.error, 'internal_error');
        assert.deepEqual(Object.keys(body), ['error', 'message']);
        assert.equal(answer.headers['x-request-id'], request_id);
        assert.ok(!answer.body.includes(secret));
        assert.ok(lines.some((line) => line.includes(request_id)));
      });
    }
  });
}

test('what callers may be told is told, and is no line in the log', async () => {
  const before = lines.length;

  const answer = await app.inject('/shown');

  assert.equal(answer.statusCode, 410);
  assert.equal(answer.json().error, 'gone');
  assert.equal(lines.length, before);
});

test('the log has code and constraint of a database error, and not the row', async () => {
  const before = lines.length;

  const answer = await app.inject('/row');

  const [line = '', ...more] = lines.slice(before);
  assert.equal(answer.statusCode, 500);
  assert.deepEqual(more, []);
  assert.match(line, /23505.*user_email_key/);
  assert.ok(!line.includes(secret));
});
