import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { describe, test } from 'node:test';
import { makeScene } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { head, type RawAnswer, sendRaw } from '../testing/socket.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { token, practice } = await makeScene(app);
const list = '/scheduling/practices';
const bookings = `${list}/${practice.id}/bookings`;
const authorization = { authorization: token };

const send = (line: string, headers: Record<string, string> = {}) =>
  sendRaw(app.url, head(line, { ...authorization, ...headers }));
const get = (path: string) => send(`GET ${path}`);

/** An error in the form of the Scheduling API, whose id is that of the header. */
function assertRefused(answer: RawAnswer, status: number, slug: string) {
  assert.equal(answer.status, status, answer.text.slice(0, 500));
  const body = JSON.parse(answer.body);
  assert.equal(body.status, slug);
  assert.equal(body.request_id, answer.headers.get('x-request-id'));
  return body;
}

describe('HEAD answers what GET would, without a body:', () => {
  for (const path of [list, bookings, '/healthz', '/docs', '/openapi/scheduling.json']) {
    test(path, async () => {
      const [full, empty] = await Promise.all([get(path), send(`HEAD ${path}`)]);

      assert.equal(empty.status, 200);
      assert.equal(empty.body, '');
      for (const name of ['content-type', 'content-length', 'cache-control']) {
        assert.equal(empty.headers.get(name), full.headers.get(name), name);
      }
    });
  }

  test('also where that is an error', async () => {
    const answers = await Promise.all([
      send('HEAD /scheduling/nothing'),
      send(`HEAD ${list}`, { authorization: 'nobody' }),
      send('HEAD /scheduling/patients'),
    ]);

    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      [
        [404, ''],
        [401, ''],
        [405, ''],
      ],
    );
  });
});

describe('a path that is not percent-encoded UTF-8 is a 400 in the form of its API:', () => {
  for (const id of ['%ff', '%zz', '%', '%c3%28', '%ed%a0%80']) {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      test(`${method} /scheduling/bookings/${id}`, async () => {
        const answer = await send(`${method} /scheduling/bookings/${id}`);

        const { errors } = assertRefused(answer, 400, 'invalid_request');
        assert.deepEqual(errors, [{ field: 'path', message: 'must be UTF-8, percent-encoded.' }]);
      });
    }
  }

  test('outside of the APIs in the plain one', async () => {
    const answer = await get('/docs/%ff');

    const { request_id, ...body } = JSON.parse(answer.body);
    assert.equal(answer.status, 400);
    assert.deepEqual(Object.keys(body), ['error', 'message']);
    assert.equal(request_id, answer.headers.get('x-request-id'));
  });
});

describe('an id that can be none is not found:', () => {
  for (const [what, id] of Object.entries({
    NUL: '%00',
    'a path': '..%2f..%2fetc%2fpasswd',
    '1,001 characters': 'a'.repeat(1_001),
    '10,000 characters': 'a'.repeat(10_000),
    'an emoji': encodeURIComponent('🦷'),
    'a prototype': '__proto__',
  })) {
    test(what, async () => {
      const answer = await get(`/scheduling/bookings/${id}`);

      assert.ok([400, 404].includes(answer.status), answer.text);
      assert.match(JSON.parse(answer.body).status, /^(invalid_request|not_found)$/);
    });
  }
});

describe('a query is read whatever is in it:', () => {
  const fine = [
    'status=open&status=booked',
    'status[]=open&status[]=booked',
    'status%5B%5D=open&status=booked',
    'status[]=open',
    'status=open&other=%ff%zz%',
    '%ff=1&=2&&&==',
    '__proto__=1&constructor=2&toString[]=3&__proto__[]=4',
    'hasOwnProperty=1&status=open',
    `other=${'x'.repeat(10_000)}`,
  ];
  for (const query of fine) {
    test(`${query.slice(0, 60)} is answered`, async () => {
      const answer = await get(`${bookings}?${query}`);

      assert.equal(answer.status, 200, answer.text.slice(0, 500));
    });
  }

  for (const query of ['status=%ff', 'status=%00', 'status[]=maybe', 'status=', 'status[]=']) {
    test(`${query} is a 400 that names the key`, async () => {
      const answer = await get(`${bookings}?${query}`);

      const { errors } = assertRefused(answer, 400, 'invalid_request');
      assert.match(errors[0].field, /^status(\.0)?$/);
    });
  }

  test('the prototype of objects is as before', async () => {
    await get(`${bookings}?__proto__[polluted]=1&constructor[prototype][polluted]=1`);

    assert.equal('polluted' in {}, false);
  });
});

describe('too much is refused', () => {
  const floods: [string, string, Record<string, string>][] = [
    ['in a URL of 100 KB', `GET ${list}?q=${'x'.repeat(100_000)}`, {}],
    ['in a path of 100 KB', `GET /scheduling/bookings/${'x'.repeat(100_000)}`, {}],
    ['in a header of 100 KB', `GET ${list}`, { 'x-much': 'x'.repeat(100_000) }],
    [
      'in 5,000 headers',
      `GET ${list}`,
      Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`x-${index}`, 'x'])),
    ],
    ['in a token of 100 KB', `GET ${list}`, { authorization: `Bearer ${'x'.repeat(100_000)}` }],
  ];
  for (const [what, line, headers] of floods) {
    test(what, async () => {
      const answer = await send(line, headers);

      // 0: it was reset while it was still sending.
      assert.ok([0, 414, 431].includes(answer.status), answer.text.slice(0, 200));
      assert.equal((await get('/healthz')).status, 200);
    });
  }
});

describe('what is no HTTP is a 400, and the connection is closed:', () => {
  const garbage: Record<string, string> = {
    'a TLS greeting': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    words: 'hello, is anybody there?\r\n\r\n',
    'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'an unknown method': 'BREW /scheduling/practices HTTP/1.1\r\nHost: x\r\n\r\n',
    'no host': 'GET /healthz HTTP/1.1\r\n\r\n',
    'a header without a name': 'GET /healthz HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n',
    'a line folded into a header': 'GET /healthz HTTP/1.1\r\nHost: x\r\nA\0: y\r\n\r\n',
    'two lengths': 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
    'a length and chunks': head('POST /', {
      'content-length': '2',
      'transfer-encoding': 'chunked',
    }),
    'a chunk of no length': `${head('POST /', { 'transfer-encoding': 'chunked' })}zz\r\n`,
  };
  for (const [what, bytes] of Object.entries(garbage)) {
    test(what, async () => {
      const answer = await sendRaw(app.url, bytes);

      assert.equal(answer.status, 400, answer.text);
      assert.equal((await get('/healthz')).status, 200);
    });
  }
});

describe('an offer to speak something else is passed over, and the connection serves on:', () => {
  const offers: Record<string, string> = { h2c: 'Upgrade, HTTP2-Settings', websocket: 'Upgrade' };
  for (const [upgrade, connection] of Object.entries(offers)) {
    test(upgrade, async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const offer = { ...authorization, upgrade, connection, 'http2-settings': 'AAMAAABkAARAAAAA' };

      const first = await ask(agent, list, offer);
      const second = await ask(agent, list, authorization);

      agent.destroy();
      assert.deepEqual([first.status, second.status], [200, 200]);
      assert.equal(second.isSameConnection, true);
    });
  }
});

async function ask(agent: Agent, path: string, headers: Record<string, string>) {
  const asked = request(app.url + path, { agent, headers }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, isSameConnection: asked.reusedSocket };
}

test('a slash at the end changes nothing, two are another path', async () => {
  const [without, one, two] = await Promise.all([get(list), get(`${list}/`), get(`${list}//`)]);

  assert.deepEqual([without.status, one.status, two.status], [200, 200, 404]);
  assert.equal(one.body, without.body);
});

test('a path of no API is not found in the plain form, one of an API in that one’s', async () => {
  for (const path of ['/nothing', '/schedulings', '/Scheduling/practices', '/', '/..']) {
    const answer = await send(`POST ${path}`);

    const { request_id, ...body } = JSON.parse(answer.body);
    assert.ok([404, 405].includes(answer.status));
    assert.match(body.error, /^(not_found|method_not_allowed)$/);
    assert.equal(request_id, answer.headers.get('x-request-id'));
  }
  for (const path of ['/scheduling', '/scheduling/', '/scheduling?x', '/forms/x', '/oauth2/x']) {
    assertRefused(await get(path), 404, 'not_found');
  }
});

test('every answer has an id of its own in the header, whatever the caller sent', async () => {
  const mine = { 'x-request-id': 'mine', 'request-id': 'mine' };

  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      send(`GET ${['/healthz', '/nothing', list, '/scheduling/bookings/%ff'][index % 4]}`, mine),
    ),
  );

  const ids = answers.map(({ headers }) => headers.get('x-request-id') ?? '');
  assert.equal(new Set(ids).size, 200);
  for (const id of ids) assert.match(id, /^req_[\w-]{16}$/);
});
