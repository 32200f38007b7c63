import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Batch } from '../batch.ts';
import type { Field, Mode, Session } from '../connector.ts';
import { ConnectorError } from '../failure.ts';
import { openHttp, startApi } from './testing/api.ts';

const field = (name: string, type: Field['type']): Field => {
  return { name, type, nativeType: type.kind, isNullable: true, isWritable: true };
};
const fields = [field('id', { kind: 'int8' }), field('name', { kind: 'text' })];

function writerOf(session: Session, mode: Mode, more: { runId?: string; metadata?: boolean } = {}) {
  return session.write({
    ...{ object: 'things', fields, key: ['id'], mode, delete: 'hard', onSchemaChange: 'ignore' },
    metadata: more.metadata ?? false,
    state: { syncId: 'sync_1', runId: more.runId ?? 'run_1', fence: 1 },
    isAnew: false,
    signal: new AbortController().signal,
  });
}

suite('a sync', () => {
  test('sends a request a record, numbers with all their digits, under a key of its own', async () => {
    const api = await startApi(({ body }) => ({ status: body.includes('"bad"') ? 422 : 201 }));
    const session = await openHttp(api.url);
    const rows = [
      ['9223372036854775807', 'a'],
      ['2', 'bad'],
      ['2', 'a'],
      ['2', 'a'],
    ];

    const writer = await writerOf(session, 'append');
    const written = await writer.write(Batch.ofRows(rows, 'p'));

    assert.match(writer.plan.statements.join(), /at least once/);
    assert.equal(written.written, 3);
    assert.deepEqual(written.rejected, [{ index: 1, reason: 'The API refuses the record (422).' }]);
    assert.deepEqual(
      api.heard.map(({ method, url, body }) => `${method} ${url.pathname} ${body}`),
      [
        'POST /things {"id":9223372036854775807,"name":"a"}',
        'POST /things {"id":2,"name":"bad"}',
        'POST /things {"id":2,"name":"a"}',
        'POST /things {"id":2,"name":"a"}',
      ],
    );
    const keys = () => api.heard.splice(0).map(({ headers }) => headers['idempotency-key']);
    const first = keys();
    assert.equal(new Set(first).size, 4);
    await (await writerOf(session, 'append')).write(Batch.ofRows(rows, 'p'));
    assert.deepEqual(keys(), first);
    await (await writerOf(session, 'append', { runId: 'run_2' })).write(Batch.ofRows(rows, 'p'));
    assert.equal(new Set([...first, ...keys()]).size, 8);
  });

  test('that is refused names the path, and nothing of the record that stands in it', async () => {
    const api = await startApi(() => ({ status: 403 }));
    const objects = { things: { upsert: { method: 'PUT', path: 'things/{name}' } } };
    const session = await openHttp(api.url, { config: { objects } });
    const writer = await writerOf(session, 'upsert');

    const writing = writer.write(Batch.ofRows([['1', 'somebody']], 'p'));

    await assert.rejects(writing, { message: /things\/\{name\} does not allow this.*\(403\)/ });
    assert.equal(api.heard[0]?.url.pathname, '/things/somebody');
  });

  test('writes each key to its own address, the last of those that come twice', async () => {
    const api = await startApi(() => ({ status: 204 }));
    const session = await openHttp(api.url, {
      config: { objects: { things: { path: '/t?x=1' } } },
    });
    const rows = [
      ['1', 'old'],
      ['2', 'b'],
      ['1', 'new'],
    ];

    const written = await (await writerOf(session, 'upsert')).write(Batch.ofRows(rows));

    assert.deepEqual([written.written, written.skipped], [2, 1]);
    assert.deepEqual(
      api.heard.map(({ method, url, body }) => `${method} ${url.pathname} ${body}`),
      ['PUT /t/2 {"id":2,"name":"b"}', 'PUT /t/1 {"id":1,"name":"new"}'],
    );
  });

  test('sends lists, halves what is refused, and reads a result for each record', async () => {
    const api = await startApi(({ body }) => {
      const { items } = JSON.parse(body);
      if (items.some(({ name }: { name: string }) => name === 'bad')) return { status: 400 };
      const results = items.map(({ name }: { name: string }) =>
        name === 'no' ? { status: 409, error: 'is there' } : { status: 201 },
      );
      return { body: { results } };
    });
    const write = { body: 'list', member: 'items', size: 4, results: 'results' };
    const config = { objects: { things: { path: '/t', write } } };
    const session = await openHttp(api.url, { config });
    const names = ['a', 'b', 'bad', 'c', 'no', 'd'];

    const writer = await writerOf(session, 'append', { metadata: true });
    const written = await writer.write(Batch.ofRows(names.map((name, id) => [String(id), name])));

    assert.equal(written.written, 4);
    assert.deepEqual(
      written.rejected.map(({ index }) => index),
      [2, 4],
    );
    const [first] = JSON.parse(api.heard[0]?.body ?? '').items;
    assert.equal(first._heddle_run_id, 'run_1');
  });

  test('stops where nothing else could be written either, and does not do what an API cannot', async () => {
    const statuses = [401, 403, 404, 405, 429, 500];
    const api = await startApi(({ url }) => ({ status: Number(url.pathname.slice(1)) }));
    for (const status of statuses) {
      const objects = { things: { path: `/${status}` } };
      const session = await openHttp(api.url, { config: { objects } });
      const writer = await writerOf(session, 'append');
      await assert.rejects(
        writer.write(Batch.ofRows([['1', 'a']])),
        (error) =>
          error instanceof ConnectorError &&
          error.kind === (status >= 429 ? 'retry' : status === 404 ? 'missing' : 'configuration'),
      );
    }
    const session = await openHttp(api.url);
    await assert.rejects(writerOf(session, 'mirror'), /mirror/);
  });
});

suite('single records', () => {
  test('each has its own result', async () => {
    const api = await startApi(({ method, url, body }) => {
      if (url.pathname === '/things/9') return { status: 404 };
      if (method === 'POST') return { status: 201, body: { id: `new-${JSON.parse(body).name}` } };
      return { status: 204 };
    });
    const session = await openHttp(api.url);
    const apply = (operation: 'insert' | 'upsert' | 'update' | 'delete', ...ids: string[]) => {
      const rows = ids.map((id) => [id, 'a']);
      return session.apply({ object: 'things', operation, key: ['id'], fields, rows });
    };

    assert.deepEqual(await apply('insert', '1'), [{ id: 'new-a' }]);
    assert.deepEqual(await apply('update', '1', '9', '2'), [
      { id: '1' },
      { error: 'There is no such record.', isMissing: true },
      { id: '2' },
    ]);
    assert.deepEqual(await apply('upsert', '1'), [{ id: '1' }]);
    assert.deepEqual(await apply('delete', '1'), [{ id: '1' }]);
    assert.equal(api.heard.at(-1)?.method, 'DELETE');
    assert.equal(api.heard.at(-1)?.body, '');
  });

  test('what was written before an API gives up is told, and what was not', async () => {
    const api = await startApi(({ url }) => ({ status: url.pathname === '/things/3' ? 500 : 204 }));
    const session = await openHttp(api.url);
    const apply = (...ids: string[]) => {
      const rows = ids.map((id) => [id, 'a']);
      return session.apply({ object: 'things', operation: 'update', key: ['id'], fields, rows });
    };

    const [first, second, ...rest] = await apply('1', '2', '3', '4');

    assert.deepEqual([first, second], [{ id: '1' }, { id: '2' }]);
    assert.equal(rest.length, 2);
    for (const { error } of rest) assert.match(error ?? '', /not known to be written: .*\(500\)/);
    await assert.rejects(apply('3', '4'), { kind: 'retry' });
  });

  test('no value leads to another address than its own', async () => {
    const api = await startApi(() => ({ status: 204 }));
    const session = await openHttp(api.url);
    const texts = [field('id', { kind: 'text' })];
    const rows = [['..'], ['.'], [''], [null], ['../x?a=b#c'], ['\ud800'], ['a b']];

    const results = await session.apply({
      ...{ object: 'things', operation: 'delete', key: ['id'], fields: texts, rows },
    });

    assert.deepEqual(
      results.map(({ error }) => error !== undefined),
      [true, true, true, true, false, false, false],
    );
    assert.deepEqual(
      api.heard.map(({ url }) => url.pathname),
      ['/things/..%2Fx%3Fa%3Db%23c', '/things/%EF%BF%BD', '/things/a%20b'],
    );
  });
});
