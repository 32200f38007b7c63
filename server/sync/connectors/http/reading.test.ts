import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { ConnectorError } from '../failure.ts';
import { openHttp, readAll, startApi } from './testing/api.ts';

const ids = (rows: readonly (readonly (string | null)[])[]) => rows.map(([id]) => Number(id));
const list = (from: number, count: number) =>
  Array.from({ length: count }, (_, nth) => ({ id: from + nth }));
const isConfiguration = (error: unknown) =>
  error instanceof ConnectorError && error.kind === 'configuration';

test('whole numbers beyond 2^53 are read digit by digit, round ones too', async () => {
  const numbers = ['1755445060952000000', '9007199254740993', '9223372036854775807', '7'];
  const text = `[${numbers.map((id) => `{"id":${id}}`).join(',')}]`;
  const api = await startApi(() => ({ text }));
  const session = await openHttp(api.url);

  const { rows, unread, fields } = await readAll(session, 'things');

  assert.deepEqual(fields[0]?.type, { kind: 'int8' });
  assert.deepEqual(rows.flat(), numbers);
  assert.deepEqual(unread, []);
});

suite('pages', () => {
  test('by number, until one is empty, though each is shorter than what was asked for', async () => {
    const api = await startApi(({ url }) => {
      const page = Number(url.searchParams.get('page'));
      return { body: { items: page <= 3 ? list(page * 2, 2) : [] } };
    });
    const pagination = { type: 'page', size: 100 };
    const session = await openHttp(api.url, { config: { pagination } });

    assert.deepEqual(ids((await readAll(session, '/things')).rows), [2, 3, 4, 5, 6, 7]);
    assert.equal(api.heard.at(-1)?.url.search, '?page_size=100&page=4');
  });

  test('by offset, which counts what has come', async () => {
    const api = await startApi(({ url }) => {
      const from = Number(url.searchParams.get('offset'));
      return { body: list(from, Math.min(3, 7 - from)) };
    });
    const session = await openHttp(api.url, {
      config: { pagination: { type: 'offset', size: 50 } },
    });

    assert.deepEqual(ids((await readAll(session, 'things')).rows), [0, 1, 2, 3, 4, 5, 6]);
  });

  test('by a cursor in the body, or in a header', async () => {
    const api = await startApi(({ url }) => {
      const at = Number(url.searchParams.get('after') ?? 0);
      const next = at < 4 ? at + 2 : null;
      return {
        headers: next === null ? {} : { 'x-next': String(next) },
        body: { data: list(at, 2), meta: { next } },
      };
    });
    const inBody = { type: 'cursor', param: 'after', path: '$.meta.next' };
    const inHeader = { type: 'cursor', param: 'after', header: 'X-Next' };

    for (const pagination of [inBody, inHeader]) {
      const session = await openHttp(api.url, { config: { pagination } });
      assert.deepEqual(ids((await readAll(session, 'things')).rows), [0, 1, 2, 3, 4, 5]);
    }
  });

  test('by the Link header, with commas, other relations and a relative target', async () => {
    const api = await startApi(({ url }, root) => {
      const at = Number(url.searchParams.get('at') ?? 0);
      const links = [`<${root}/things?at=0>; rel="first"; title="a, <b>; rel=next"`];
      if (at < 4) links.push(`</things?at=${at + 2}&x=1,2>; rel="prefetch NEXT"`);
      return { headers: { link: links.join(', ') }, body: list(at, 2) };
    });
    const session = await openHttp(api.url, { config: { pagination: { type: 'link' } } });

    assert.deepEqual(ids((await readAll(session, 'things')).rows), [0, 1, 2, 3, 4, 5]);
    assert.equal(api.heard.at(-1)?.url.searchParams.get('x'), '1,2');
  });

  test('by an address in the body, whose pluses are meant as such', async () => {
    const api = await startApi(({ url }, root) => {
      if (url.searchParams.has('$skiptoken')) return { body: { value: list(2, 1) } };
      const token = '2024-01-01T00:00:00+01:00';
      const next = `${root}/things?q=${url.searchParams.get('q')?.replace(' ', '+')}&$skiptoken=${token}`;
      return { body: { value: list(1, 1), '@odata.nextLink': next } };
    });
    const pagination = { type: 'next_url', path: '@odata.nextLink' };
    const session = await openHttp(api.url, { config: { pagination } });

    assert.deepEqual(ids((await readAll(session, 'things?q=a%20b')).rows), [1, 2]);
    const asked = api.heard.at(-1)?.url.searchParams;
    assert.equal(asked?.get('$skiptoken'), '2024-01-01T00:00:00+01:00');
    assert.equal(asked?.get('q'), 'a b');
  });

  test('a next page elsewhere is refused, unless its host is allowed', async () => {
    const elsewhere = await startApi(() => ({ body: { items: list(2, 1) } }));
    const next = elsewhere.url.replace('127.0.0.1', 'localhost');
    const api = await startApi(() => ({ body: { items: list(1, 1), next: `${next}/more` } }));
    const pagination = { type: 'next_url' };
    const strict = await openHttp(api.url, { config: { pagination } });
    const config = { pagination, allowed_hosts: ['localhost'] };
    const open = await openHttp(api.url, { config });

    await assert.rejects(readAll(strict, 'things'), isConfiguration);
    assert.equal(elsewhere.heard.length, 0);
    assert.deepEqual(ids((await readAll(open, 'things')).rows), [1, 2]);
  });

  test('what comes round again ends, however long the round is', async () => {
    const api = await startApi(({ url }) => {
      const at = Number(url.searchParams.get('cursor') ?? 0);
      return { body: { items: list(at, 1), next_cursor: String(at === 7 ? 3 : at + 1) } };
    });
    const stubborn = await startApi(() => ({ body: list(1, 2) }));
    const around = await openHttp(api.url, { config: { pagination: { type: 'cursor' } } });
    const same = await openHttp(stubborn.url, { config: { pagination: { type: 'page' } } });

    await assert.rejects(readAll(around, 'things'), /repeat themselves/);
    await assert.rejects(readAll(same, 'things'), /repeat themselves/);
    assert.ok(api.heard.length < 40);
    assert.equal(stubborn.heard.length, 3);
  });
});

suite('records', () => {
  test('stand in the body, in its only array, or where they are said to be', async () => {
    const bodies: Record<string, unknown> = {
      '/a': [{ id: 1 }],
      '/b': { total: 1, rows: [{ id: 1 }] },
      '/c': { deep: { rows: [{ id: 1 }] }, errors: [], warnings: [] },
      '/d': { id: 1 },
      '/g': { 'a.b': { 'c.d': [{ id: 1 }] }, more: [], others: [] },
      '/e': { one: [], two: [] },
      '/f': {},
    };
    const api = await startApi(({ url }) => ({ body: bodies[url.pathname] }));
    const objects = {
      c: { path: '/c', records: 'deep.rows' },
      d: { path: '/d', records: '$' },
      g: { path: '/g', records: "$['a.b'].c.d" },
      f: { path: '/f', records: 'items' },
    };
    const session = await openHttp(api.url, { config: { objects } });

    for (const name of ['/a', '/b', 'c', 'd', 'g']) {
      assert.deepEqual((await readAll(session, name)).rows, [['1']], name);
    }
    assert.deepEqual((await readAll(session, 'f')).rows, []);
    await assert.rejects(readAll(session, '/e'), /one, two/);
    await assert.rejects(readAll(session, '/d'), /no array/);
  });

  test('keep every digit, and have the types that they show or that are given', async () => {
    const text =
      '[{"id": 12345678901234567890, "n": 1.10, "at": "2024-01-01T01:00:00+01:00", "o": {"a": 9007199254740993}, "__proto__": "x"},' +
      ' {"id": 2, "n": 1e400, "at": null, "extra": [true]}]';
    const api = await startApi(() => ({ text }));
    const fields = { id: 'numeric', at: 'timestamptz' };
    const objects = { typed: { path: '/', fields, key: 'id' } };
    const session = await openHttp(api.url, { config: { objects } });

    const shown = await session.describe('/');
    assert.deepEqual(
      shown.fields.map(({ name, type }) => [name, type.kind]),
      [
        ['id', 'numeric'],
        ['n', 'numeric'],
        ['at', 'text'],
        ['o', 'jsonb'],
        ['__proto__', 'text'],
        ['extra', 'jsonb'],
      ],
    );
    const { rows } = await readAll(session, '/', { fields: ['id', 'o', '__proto__'] });
    assert.deepEqual(rows[0], ['12345678901234567890', '{"a": 9007199254740993}', 'x']);
    const typed = await session.describe('TYPED');
    assert.deepEqual([typed.name, typed.key, typed.cursorFields], ['typed', ['id'], ['at']]);
    assert.deepEqual((await readAll(session, 'typed')).rows, [
      ['12345678901234567890', '2024-01-01 00:00:00+00'],
      ['2', null],
    ]);
  });

  test('what fits no type sets its own record aside', async () => {
    const api = await startApi(() => ({ body: [{ id: 1 }, { id: 'x' }, { id: 3 }] }));
    const objects = { things: { path: '/', fields: { id: 'int4' } } };
    const session = await openHttp(api.url, { config: { objects } });

    const { rows, unread } = await readAll(session, 'things');

    assert.deepEqual(ids(rows), [1, 3]);
    assert.deepEqual(
      unread.map(({ field }) => field),
      ['id'],
    );
  });

  test('an answer that is no JSON, or too large, says so', async () => {
    const large = `["${'x'.repeat(17 * 2 ** 20)}"]`;
    const texts: Record<string, string> = {
      '/html': '<html>',
      '/large': large,
      '/deep': '['.repeat(1e6),
    };
    const api = await startApi(({ url }) => ({ text: texts[url.pathname] ?? '' }));
    const session = await openHttp(api.url);

    await assert.rejects(readAll(session, 'html'), /did not answer JSON/);
    await assert.rejects(readAll(session, 'deep'), /did not answer JSON/);
    await assert.rejects(readAll(session, 'large'), /more than 16 MiB/);
    assert.deepEqual((await readAll(session, 'empty')).rows, []);
  });
});

suite('what is new', () => {
  const records = [1, 2, 3, 4].map((id) => ({ id, at: `2024-01-01T00:${id}0:00Z` }));
  const objects = {
    things: {
      path: '/things',
      key: 'id',
      fields: { id: 'int8', at: 'timestamptz' },
      cursor_field: 'at',
      cursor_param: 'since',
    },
  };
  const config = { objects, pagination: { type: 'cursor' } };
  const answering = (count: () => number) =>
    startApi(({ url }) => {
      const since = url.searchParams.get('since');
      const found = records.slice(0, count()).filter(({ at }) => since === null || at >= since);
      const from = Number(url.searchParams.get('cursor') ?? 0);
      const next = from + 2 < found.length ? String(from + 2) : null;
      return { body: { items: found.slice(from, from + 2).reverse(), next_cursor: next } };
    });
  const request = { key: ['id'], cursorField: 'at' };

  test('is asked for from the last value on, less the overlap', async () => {
    let count = 3;
    const api = await answering(() => count);
    const session = await openHttp(api.url, { config });

    const first = await readAll(session, 'things', request);
    count = 4;
    const { position = '' } = first;
    const second = await readAll(session, 'things', { ...request, position });
    const wide = { ...request, position, overlapSeconds: 1_200 };
    const third = await readAll(session, 'things', wide);

    assert.deepEqual(ids(first.rows), [2, 1, 3]);
    assert.deepEqual(ids(second.rows), [4, 3]);
    assert.equal(api.heard[2]?.url.searchParams.get('since'), '2024-01-01T00:25:00Z');
    assert.deepEqual(ids(third.rows), [2, 1, 4, 3]);
  });

  test('goes on at the page where it stopped, and anew when that is there no more', async () => {
    const api = await answering(() => 4);
    const session = await openHttp(api.url, { config });
    const { batches } = await readAll(session, 'things', request);
    const position = batches[0]?.position ?? '';

    const rest = await readAll(session, 'things', { ...request, position });
    assert.deepEqual(ids(rest.rows), [4, 3]);
    assert.equal(rest.position, batches.at(-1)?.position);

    let isGone = true;
    const moody = await startApi(({ url }) => {
      if (isGone && url.searchParams.has('cursor')) return { status: 410 };
      isGone = false;
      return { body: { items: records, next_cursor: null } };
    });
    const other = await openHttp(moody.url, { config });
    assert.deepEqual(
      ids((await readAll(other, 'things', { ...request, position })).rows),
      [1, 2, 3, 4],
    );
  });

  test('a part is read by itself, and moves nothing', async () => {
    const api = await answering(() => 4);
    const session = await openHttp(api.url, { config });
    const within = { from: '2024-01-01T00:20:00Z', to: '2024-01-01T00:30:00Z' };

    const part = await readAll(session, 'things', { ...request, part: within });
    const keyed = await readAll(session, 'things', { ...request, part: { keys: [['4']] } });

    assert.deepEqual(ids(part.rows), [2, 3]);
    assert.equal(part.position, undefined);
    assert.deepEqual(ids(keyed.rows), [4]);
  });
});
