import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { head, sendRaw } from '../testing/socket.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { token, practice, location, doctor } = await makeScene(app);
const fitting = {
  location_id: location.id,
  doctor_id: doctor.id,
  start_datetime: '2040-01-02T09:00',
};
const patient = {
  booking_id: 1,
  first_name: 'Ada',
  last_name: 'Smith',
  phone: '555 555 1234',
  email: 'ada@mail.example',
  zip_code: '60601',
};

type Refusal = { status: string; message: string; errors?: { field: string; message: string }[] };

async function send(
  method: string,
  path: string,
  body?: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const response = await fetch(app.url + path, {
    method,
    headers: { authorization: token, 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const answer = (await response.json()) as Refusal;
  return { status: response.status, headers: response.headers, body: answer };
}

const post = (body: string | Uint8Array<ArrayBuffer>, headers = {}) =>
  send('POST', '/scheduling/bookings', body, headers);

describe('a body is refused as too large', () => {
  test('beyond one mebibyte, in the form of the API', async () => {
    const answer = await post(JSON.stringify({ ...fitting, extra: 'x'.repeat(1024 * 1024) }));

    assert.equal(answer.status, 413);
    assert.equal(answer.body.status, 'payload_too_large');
  });

  test('by its announced length, before any of it was read', async () => {
    const headers = { authorization: token, 'content-type': 'application/json' };
    const announced = { ...headers, 'content-length': '1000000000' };

    const answer = await sendRaw(app.url, head('POST /scheduling/bookings', announced));

    assert.equal(answer.status, 413);
  });

  test('when it comes in pieces without a length', async () => {
    const headers = { authorization: token, 'content-type': 'application/json' };
    const chunked = head('POST /scheduling/bookings', {
      ...headers,
      'transfer-encoding': 'chunked',
    });
    const piece = `100000\r\n${' '.repeat(0x100000)}\r\n`;

    const answer = await sendRaw(app.url, `${chunked}${piece}${piece}0\r\n\r\n`);

    assert.equal(answer.status, 413);
  });
});

describe('a body is refused as of a type that is not read', () => {
  for (const type of ['text/plain', 'application/xml', 'multipart/form-data', ';;;', 'json']) {
    test(`when it is ${type}`, async () => {
      const answer = await post('{}', { 'content-type': type });

      assert.equal(answer.status, 415);
      assert.equal(answer.body.status, 'unsupported_media_type');
    });
  }

  test('when it is compressed', async () => {
    const answer = await post(gzipSync(JSON.stringify(fitting)), { 'content-encoding': 'gzip' });

    assert.equal(answer.status, 415);
    assert.match(answer.body.message, /Content-Encoding/);
  });

  test('when it comes in pieces', async () => {
    const headers = { authorization: token, 'transfer-encoding': 'chunked' };

    const answer = await sendRaw(
      app.url,
      `${head('POST /scheduling/bookings', headers)}2\r\n{}\r\n0\r\n\r\n`,
    );

    assert.equal(answer.status, 415);
  });

  test('when it does not say what it is', async () => {
    const headers = { authorization: token, 'content-length': '2' };

    const answer = await sendRaw(app.url, `${head('POST /scheduling/bookings', headers)}{}`);

    assert.equal(answer.status, 415);
  });
});

describe('an empty body is no body', () => {
  for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/json']) {
    for (const length of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
      test(`of a POST that says it is ${type}, with ${Object.keys(length)[0]}`, async () => {
        const headers = { authorization: token, 'content-type': type, ...length };
        const nothing = 'transfer-encoding' in length ? '0\r\n\r\n' : '';

        const answer = await sendRaw(app.url, head('POST /scheduling/bookings', headers) + nothing);

        assert.equal(answer.status, 400);
      });
    }
  }

  test('of a GET', async () => {
    const response = await fetch(`${app.url}/scheduling/practices`, {
      headers: { authorization: token, 'content-type': 'application/json' },
    });

    assert.equal(response.status, 200);
    await response.body?.cancel();
  });

  for (const length of [{ 'content-length': '0' }, { 'transfer-encoding': 'chunked' }]) {
    test(`of a DELETE with ${Object.keys(length)[0]}`, async () => {
      const made = await post(JSON.stringify(fitting));
      const { id } = made.body as unknown as { id: string };
      const headers = { authorization: token, 'content-type': 'application/json', ...length };
      const nothing = 'transfer-encoding' in length ? '0\r\n\r\n' : '';

      const answer = await sendRaw(
        app.url,
        head(`DELETE /scheduling/bookings/${id}`, headers) + nothing,
      );

      assert.equal(answer.status, 200);
    });
  }

  test('of a POST, of which every required member is then missed', async () => {
    const answer = await post('');

    assert.equal(answer.status, 400);
    const fields = answer.body.errors?.map(({ field }) => field);
    assert.deepEqual(fields?.sort(), ['doctor_id', 'location_id']);
  });
});

describe('a body that cannot be read is a 400', () => {
  const bodies: [string, string | Uint8Array<ArrayBuffer>][] = [
    ['that ends early', '{"status":'],
    ['with something behind its end', '{} {}'],
    ['with a comma too many', '{"status":"open",}'],
    ['with a NUL byte in a text', '{"status":"\0"}'],
    ['of another notation', 'status=open'],
    ['nested without end', '['.repeat(200_000)],
  ];
  for (const [what, body] of bodies) {
    test(what, async () => {
      const answer = await post(body);

      assert.equal(answer.status, 400);
      assert.equal(answer.body.status, 'invalid_request');
      assert.deepEqual(answer.body.errors, [{ field: 'body', message: 'must be well-formed.' }]);
    });
  }
});

test('a body that is not UTF-8 is a 400, and no character of it is replaced in silence', async () => {
  const body = Buffer.from(JSON.stringify({ ...patient, last_name: 'Müller' }), 'latin1');

  const answer = await send('POST', '/scheduling/patients', new Uint8Array(body));

  assert.equal(answer.status, 400);
  assert.deepEqual(answer.body.errors, [{ field: 'body', message: 'must be UTF-8.' }]);
});

describe('a body that is no object is a 400 that says so:', () => {
  for (const body of ['[]', '"text"', '1', 'true']) {
    test(body, async () => {
      const answer = await post(body);

      assert.equal(answer.status, 400);
      assert.deepEqual(answer.body.errors, [{ field: 'body', message: 'must be object.' }]);
    });
  }
});

describe('what PostgreSQL cannot keep is a 400 that names the field:', () => {
  for (const [what, escaped] of Object.entries({
    NUL: '\\u0000',
    'half of a pair': '\\ud800',
    'the other half of a pair': '\\udc00',
    'a pair in the wrong order': '\\udc00\\ud800',
  })) {
    for (const field of ['first_name', 'last_name', 'email', 'phone', 'zip_code'] as const) {
      test(`${what} in ${field}`, async () => {
        const text = JSON.stringify({ ...patient, [field]: '!' }).replace('"!"', `"a${escaped}b"`);

        const answer = await send('POST', '/scheduling/patients', text);

        assert.equal(answer.status, 400);
        assert.deepEqual(
          answer.body.errors?.map((one) => one.field),
          [field],
        );
      });
    }
  }

  test('nesting of more than 100 levels, where unknown members are passed over', async () => {
    const nested = `${'['.repeat(150)}${']'.repeat(150)}`;

    const answer = await post(`{"extra":${nested},${JSON.stringify(fitting).slice(1)}`);

    assert.equal(answer.status, 400);
    assert.match(answer.body.message, /^body: must not be nested deeper/);
  });
});

describe('nobody gets at the prototype of objects', () => {
  const poisons = [
    '{"__proto__":{"polluted":true}}',
    '{"constructor":{"prototype":{"polluted":true}}}',
    `{"\\u005f_proto__":{"polluted":true},${JSON.stringify(fitting).slice(1)}`,
    `{"extra":[{"__proto__":{"polluted":true}}],${JSON.stringify(fitting).slice(1)}`,
  ];
  for (const poison of poisons) {
    test(`by the body ${poison.slice(0, 40)}`, async () => {
      const answer = await post(poison);

      assert.equal(answer.status, 400);
      assert.equal('polluted' in {}, false);
    });
  }

  test('by a member that is called constructor and is none', async () => {
    const answer = await post(JSON.stringify({ ...fitting, constructor: 'builder' }));

    assert.ok([201, 400].includes(answer.status));
    assert.equal(typeof {}.constructor, 'function');
  });
});

test('a body that comes with a GET is passed over', async () => {
  const body = '{"limit":1';
  const headers = { authorization: token, 'content-type': 'application/json' };
  const line = `GET /scheduling/practices/${practice.id}/bookings`;

  const answer = await sendRaw(
    app.url,
    head(line, { ...headers, 'content-length': String(body.length) }) + body,
  );

  assert.equal(answer.status, 200);
});
