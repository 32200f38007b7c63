import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../testing/server.ts';
import { bodyOf, makeSyncScene } from '../testing/scene.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const scene = await makeSyncScene(app);
const { client } = scene;

const make = (code: string, type: 'javascript' | 'jsonata' = 'javascript') =>
  client.createTransform({ body: { name: 'Test', type, code } });

test('records are tried one by one; what fails is told, and what it says is shown', async () => {
  const code = `module.exports = (record) => {
    console.log('seen', record.n);
    if (record.n === 2) throw new Error('two');
    return record.n === 3 ? null : [record, { n: record.n * 10 }];
  };`;
  const { id, version } = bodyOf(await make(code));

  const tried = bodyOf(
    await client.testTransform({
      params: { transform: id },
      body: { records: [{ n: 1 }, { n: 2 }, { n: 3 }] },
    }),
  );

  assert.equal(version, 1);
  assert.deepEqual(
    tried.results.map(({ records, error }) => [records, error !== null]),
    [
      [[{ n: 1 }, { n: 10 }], false],
      [[], true],
      [[], false],
    ],
  );
  assert.match(tried.results[1]?.error ?? '', /two/);
  assert.ok(tried.console.some((line) => line.includes('seen')));
});

test('code that cannot be parsed is a 400 with its line and column', async () => {
  const refused = [await make('module.exports = (\n  record => ;'), await make('a[', 'jsonata')];

  for (const answer of refused) {
    assert.equal(answer.status, 400);
    assert.match(JSON.stringify(!answer.ok && answer.error), /line \d+, column \d+/);
  }
});

test('a version grows with the code only, and the name alone can be changed', async () => {
  const { id } = bodyOf(await make('module.exports = (record) => record;'));
  const params = { transform: id };

  const renamed = bodyOf(await client.patchTransform({ params, body: { name: 'Other' } }));
  const changed = bodyOf(
    await client.putTransform({ params, body: { code: 'module.exports = () => null;' } }),
  );

  assert.deepEqual([renamed.name, renamed.version], ['Other', 1]);
  assert.deepEqual([changed.name, changed.version], ['Other', 2]);
});

test('a transform is made once under an Idempotency-Key, also by those who ask at once', async () => {
  const post = (key: string, name: string) =>
    fetch(`${app.url}/v1/transforms`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${scene.token}`,
        'content-type': 'application/json',
        'idempotency-key': key,
      },
      body: JSON.stringify({ name, type: 'jsonata', code: '$' }),
    });

  const atOnce = await Promise.all(Array.from({ length: 8 }, () => post('key-1', 'Once')));
  const again = await post('key-1', 'Once');
  const another = await post('key-1', 'Another');

  const made = await Promise.all(atOnce.filter(({ ok }) => ok).map((one) => one.json()));
  const others = atOnce.filter(({ ok }) => !ok);
  assert.ok(made.length > 0);
  assert.deepEqual(
    new Set(others.map(({ status }) => status)).difference(new Set([503])),
    new Set(),
  );
  assert.ok(others.every(({ headers }) => headers.has('retry-after')));
  assert.deepEqual([again.status, again.headers.get('idempotency-replayed')], [201, 'true']);
  const { id } = (await again.json()) as { id: string };
  assert.deepEqual(new Set(made.map((one) => (one as { id: string }).id)), new Set([id]));
  assert.equal(another.status, 400);
  const listed = bodyOf(await client.listTransforms({ query: { limit: 1_000 } }));
  assert.equal(listed.filter(({ name }) => name === 'Once').length, 1);
});

test('lists lead from page to page, newest first', async () => {
  const own = await makeSyncScene(app);
  const body = { name: 'Test', type: 'jsonata', code: '$' } as const;
  const ids: string[] = [];
  for (let nth = 0; nth < 5; nth += 1) {
    ids.unshift(bodyOf(await own.client.createTransform({ body })).id);
  }
  const seen: string[] = [];
  let next: string | undefined = `${app.url}/v1/transforms?limit=2`;
  for (let pages = 0; next !== undefined && pages < 5; pages += 1) {
    const path: string = next.replace(/^https?:\/\/[^/]+/, '');
    const answer = await fetch(app.url + path, {
      headers: { authorization: `Bearer ${own.token}` },
    });
    seen.push(...((await answer.json()) as { id: string }[]).map(({ id }) => id));
    next = /^<([^>]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '')?.[1];
  }

  assert.deepEqual(seen, ids);
});
