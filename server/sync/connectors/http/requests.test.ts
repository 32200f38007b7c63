import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { suite, test } from 'node:test';
import { check } from '../../filters/check.ts';
import { parseFilter } from '../../filters/parse.ts';
import { ConnectorError } from '../failure.ts';
import { openHttp, readAll, startApi } from './testing/api.ts';
import { retryAfterSeconds } from './waits.ts';

const failing =
  (kind: ConnectorError['kind'], text = '') =>
  (error: unknown) =>
    error instanceof ConnectorError && error.kind === kind && error.message.includes(text);

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

suite('credentials', () => {
  test('go into the header or the query that they are for', async () => {
    const api = await startApi(() => ({ body: [] }));
    const given = [
      {},
      { kind: 'bearer', token: 't0ken' },
      { kind: 'basic', user: 'ü', password: 'p:w' },
      { kind: 'header', name: 'X-Key', value: 'k3y' },
      { kind: 'query', name: 'key', value: 'k 3y&' },
    ];
    for (const credentials of given) {
      const config = { headers: { 'X-Tenant': 'a' } };
      await readAll(
        await openHttp(`${api.url}/v1?fixed=1`, { credentials, config }),
        '/things?x=1',
      );
    }

    const [none, bearer, basic, header, query] = api.heard.filter((_, nth) => nth % 2 === 0);
    assert.equal(none?.headers.authorization, undefined);
    assert.equal(`${none?.url.pathname}${none?.url.search}`, '/v1/things?fixed=1&x=1');
    assert.equal(none?.headers['x-tenant'], 'a');
    assert.equal(bearer?.headers.authorization, 'Bearer t0ken');
    assert.equal(basic?.headers.authorization, `Basic ${Buffer.from('ü:p:w').toString('base64')}`);
    assert.equal(header?.headers['x-key'], 'k3y');
    assert.equal(query?.url.searchParams.get('key'), 'k 3y&');
  });

  test('are in no error and in no position, also when the system repeats them', async () => {
    const secret = 's3cr3t value';
    const api = await startApi(({ url }) => {
      if (url.pathname === '/bad') return { status: 400, body: { said: url.href, also: secret } };
      const next = url.searchParams.has('p') ? undefined : `${url.href}&p=2`;
      return { body: { items: [{ id: next ? 1 : 2 }], next } };
    });
    const credentials = { kind: 'query', name: 'key', value: secret };
    const config = { pagination: { type: 'next_url' } };
    const session = await openHttp(api.url, { credentials, config });

    const error = await readAll(session, 'bad').catch((one: unknown) => one);
    assert.ok(error instanceof ConnectorError);
    assert.doesNotMatch(`${error.message} ${error.upstream}`, /s3cr3t/);
    assert.match(error.upstream ?? '', /\*\*\*/);
    const { batches, rows } = await readAll(session, 'good');
    assert.equal(rows.length, 2);
    assert.doesNotMatch(batches.map(({ position }) => position).join(), /s3cr3t/);
    assert.equal(api.heard.at(-1)?.url.searchParams.get('key'), secret);
  });

  test('of OAuth are asked for once by all, kept, and renewed when they are refused', async () => {
    let asked = 0;
    const api = await startApi(({ url, headers, body }) => {
      if (url.pathname === '/token') {
        assert.equal(headers.authorization, `Basic ${Buffer.from('me:s%3At').toString('base64')}`);
        assert.equal(body, 'grant_type=client_credentials&scope=a+b');
        asked += 1;
        return { body: { access_token: `t${asked}`, expires_in: 3600 } };
      }
      if (headers.authorization === 'Bearer t1' && url.pathname === '/revoked')
        return { status: 401 };
      return { body: [{ token: headers.authorization }] };
    });
    const credentials = {
      ...{ kind: 'oauth', token_url: `${api.url}/token`, client_id: 'me' },
      ...{ client_secret: 's:t', scope: 'a b' },
    };
    const open = () => openHttp(api.url, { credentials });
    const sessions = await Promise.all([open(), open(), open()]);

    const read = await Promise.all(sessions.map((session) => readAll(session, 'things')));
    assert.deepEqual(
      read.map(({ rows }) => rows[0]?.[0]),
      Array(3).fill('Bearer t1'),
    );
    assert.equal(asked, 1);
    assert.deepEqual((await readAll(await open(), 'revoked')).rows, [['Bearer t2']]);
    assert.equal(asked, 2);
  });

  test('of OAuth that end soon are renewed, and those that are refused are a fault of theirs', async () => {
    let asked = 0;
    const api = await startApi(({ url }) => {
      if (url.pathname === '/refused')
        return { status: 401, body: { error: 'invalid_client s3cret' } };
      if (url.pathname !== '/token') return { body: [] };
      asked += 1;
      return { body: { access_token: 't', expires_in: -1 } };
    });
    const oauth = { kind: 'oauth', client_id: 'me', client_secret: 's3cret' };
    const short = { ...oauth, token_url: `${api.url}/token` };
    const refused = { ...oauth, token_url: `${api.url}/refused` };

    await readAll(await openHttp(api.url, { credentials: short }), 'a');
    assert.equal(asked, 2);
    const error = await readAll(await openHttp(api.url, { credentials: refused }), 'a').catch(
      (one: unknown) => one,
    );
    assert.ok(failing('configuration', '401')(error));
    assert.doesNotMatch((error as ConnectorError).upstream ?? '', /s3cret/);
  });
});

suite('refusals', () => {
  const now = Date.UTC(2026, 10, 29, 12, 0, 0);
  for (const [header, seconds] of [
    ['20', 20],
    [' 0 ', 0],
    ['1.5', 1.5],
    ['-5', 0],
    ['Sun, 29 Nov 2026 12:00:20 GMT', 20],
    ['Sunday, 29-Nov-26 12:00:20 GMT', 20],
    ['Sun Nov 29 12:00:20 2026', 20],
    ['2026-11-29T12:00:20Z', 20],
    ['Sun, 29 Nov 2026 11:00:00 GMT', 0],
    ['', undefined],
    ['soon', undefined],
    ['1e3', undefined],
    [null, undefined],
  ] as const) {
    test(`Retry-After ${JSON.stringify(header)} means ${seconds}`, () => {
      assert.equal(retryAfterSeconds(header, now), seconds);
    });
  }

  test('a short wait is waited, a long one is left to whoever asked', async () => {
    let nth = 0;
    const api = await startApi(({ url }) => {
      if (url.pathname === '/long') return { status: 429, headers: { 'retry-after': '3600' } };
      if (url.pathname === '/absent') return { status: 503 };
      if (url.pathname === '/ever') return { status: 429, headers: { 'retry-after': '0' } };
      nth += 1;
      if (nth > 2) return { body: [{ id: 1 }] };
      return { status: nth === 1 ? 429 : 503, headers: { 'retry-after': '0.01' } };
    });
    const session = await openHttp(api.url);

    assert.equal((await readAll(session, 'short')).rows.length, 1);
    const long = await readAll(session, 'long').catch((error: unknown) => error);
    assert.ok(failing('retry')(long));
    assert.equal((long as ConnectorError).retryAfterSeconds, 3600);
    await assert.rejects(readAll(session, 'absent'), failing('retry', '503'));
    await assert.rejects(readAll(session, 'ever'), failing('retry', '429'));
    assert.equal(api.heard.filter(({ url }) => url.pathname === '/ever').length, 4);
  });

  test('each status says whose fault it is, and a redirect is not followed', async () => {
    const api = await startApi(({ url }) => ({
      status: Number(url.pathname.slice(1)),
      headers: { location: '/200' },
    }));
    const session = await openHttp(api.url);

    for (const status of [400, 401, 403, 404, 405, 301, 302, 307]) {
      await assert.rejects(
        readAll(session, `/${status}`),
        failing(status === 404 || status === 410 ? 'missing' : 'configuration', `(${status})`),
      );
    }
    for (const status of [408, 429, 500, 502, 503, 504]) {
      await assert.rejects(readAll(session, `/${status}`), failing('retry', `(${status})`));
    }
    assert.equal(api.heard.filter(({ url }) => url.pathname === '/200').length, 0);
  });

  test('what does not answer ends: by its time, by a signal, by being closed', async () => {
    const api = await startApi(() => 'nothing');
    const slow = await openHttp(api.url, { config: { timeout_seconds: 1 } });
    const controller = new AbortController();
    const ended = await openHttp(api.url, { signal: controller.signal });

    await assert.rejects(readAll(slow, 'a'), failing('retry', 'within 1 s'));
    const reading = readAll(ended, 'a');
    controller.abort(new Error('enough'));
    await assert.rejects(reading, /enough/);
    const nobody = await openHttp(`http://127.0.0.1:${await closedPort()}`);
    await assert.rejects(readAll(nobody, 'a'), failing('retry', 'ECONNREFUSED'));
  });

  test('paths stay below the base URL, and the guard holds', async () => {
    const api = await startApi(() => ({ body: [] }));
    const session = await openHttp(api.url);
    for (const path of ['http://127.0.0.1:1/a', 'https://a.example/']) {
      await assert.rejects(readAll(session, path), failing('configuration'));
    }
    await readAll(session, '//a.example/b');
    assert.equal(api.heard.at(-1)?.url.pathname, '/a.example/b');
    const guarded = await openHttp(api.url, { allowPrivateHosts: [] });
    await assert.rejects(readAll(guarded, 'a'), failing('configuration', 'private'));
    for (const bad of [
      { base_url: 'http://u:p@127.0.0.1/' },
      { headers: { Authorization: 'x' } },
    ]) {
      await assert.rejects(openHttp(api.url, { config: bad }), failing('configuration'));
    }
  });

  test('a check asks what is configured, or whether anybody is there', async () => {
    const api = await startApi(({ url, headers }) => {
      if (headers.authorization === 'Bearer bad') return { status: 401 };
      return url.pathname === '/me' ? { body: {} } : { status: 404 };
    });
    const bad = { kind: 'bearer', token: 'bad' };
    const objects = { things: { path: '/things' } };

    await (await openHttp(api.url)).check();
    await (await openHttp(api.url, { config: { check_path: '/me', objects } })).check();
    await assert.rejects((await openHttp(api.url, { credentials: bad })).check(), /credentials/);
    await assert.rejects((await openHttp(api.url, { config: { objects } })).check(), /not there/);
  });
});

suite('questions', () => {
  test('objects are listed in order, by a page and by a search', async () => {
    const objects = { b: { path: '/' }, a: { path: '/' }, C: { path: '/' }, ab: { path: '/' } };
    const session = await openHttp('http://127.0.0.1:1', { config: { objects } });
    const names = async (asked: object) =>
      (await session.objects({ limit: 10, ...asked })).map(({ name }) => name);

    assert.deepEqual(await names({}), ['C', 'a', 'ab', 'b']);
    assert.deepEqual(await names({ after: 'C', limit: 2 }), ['a', 'ab']);
    assert.deepEqual(await names({ search: 'B' }), ['ab', 'b']);
  });

  test('a query filters here, and goes on where it stopped', async () => {
    const api = await startApi(({ url }) => {
      const page = Number(url.searchParams.get('page'));
      const body = page > 3 ? [] : [1, 2, 3, 4].map((nth) => ({ id: page * 10 + nth }));
      return { body };
    });
    const session = await openHttp(api.url, { config: { pagination: { type: 'page' } } });
    const { fields } = await session.describe('things');
    const filter = check(parseFilter('id > 12 AND id != 22'), fields);
    const found: string[] = [];

    let cursor: string | undefined;
    do {
      const request = { object: 'things', filter, limit: 3, ...(cursor ? { cursor } : {}) };
      const answer = await session.query(request);
      assert.ok(answer.rows.length <= 3);
      found.push(...answer.rows.map(([id]) => id as string));
      cursor = answer.nextCursor;
    } while (cursor !== undefined);

    assert.deepEqual(found, ['13', '14', '21', '23', '24', '31', '32', '33', '34']);
    const wrong = session.query({ object: 'things', limit: 1, cursor: 'x' });
    await assert.rejects(wrong, /cursor: is not one that was given here/);
  });
});
