import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { startBucket } from '../../../platform/files/testing/bucket.ts';
import { GuardedOutside } from '../outside.ts';
import { move } from '../testing/move.ts';
import { Bucket } from './bucket.ts';
import { files } from './index.ts';
import { makeFolder, readAll } from './testing/folder.ts';

const { url, contents } = await startBucket();
const folder = await makeFolder();
const place = new URL(url.replace(/^s3:/, 'http:'));
const config = {
  bucket: 'bucket',
  prefix: 'heddle files',
  endpoint: `http://localhost:${place.port}`,
  region: place.searchParams.get('region'),
};
const credentials = {
  access_key_id: place.username,
  secret_access_key: decodeURIComponent(place.password),
};
const session = await files.open({ config, credentials }, folder.outside);
after(() => session.close());

test('objects of a bucket are read and written like files of a folder', async () => {
  for (const name of ['a.csv', 'b/c.csv', 'b/d.csv', 'notes.doc']) {
    contents.objects.set(`heddle files/${name}`, Buffer.from(`id,name\n1,${name}\n`));
  }
  contents.objects.set('other/e.csv', Buffer.from('id\n'));
  const own = { from: session, to: session };

  const names = await session.objects({ limit: 10 });
  const { rows } = await readAll(session, 'b/*.csv');
  await move({ ...own, object: 'b', into: 'all.ndjson', mode: 'replace' });
  await move({ ...own, object: 'a.csv', into: 'all.ndjson', mode: 'append' });
  await move({ ...own, object: 'all.ndjson', into: 'all.parquet', mode: 'replace' });
  const all = await readAll(session, 'all.parquet');

  assert.deepEqual(
    names.map(({ name }) => name),
    ['a.csv', 'b/c.csv', 'b/d.csv'],
  );
  assert.deepEqual(rows, [
    ['1', 'b/c.csv'],
    ['1', 'b/d.csv'],
  ]);
  assert.deepEqual(
    all.rows.map(([, name]) => name),
    ['b/c.csv', 'b/d.csv', 'a.csv'],
  );
  assert.deepEqual(contents.refusals, []);
});

test('who appends to an object that another one has changed or made meanwhile undoes nothing of it', async () => {
  for (const [name, id] of Object.entries({ shared: 1, mine: 2, yours: 3 })) {
    contents.objects.set(`heddle files/${name}.csv`, Buffer.from(`id\n${id}\n`));
  }
  const text = (name: string) => String(contents.objects.get(`heddle files/${name}.csv`));
  const own = { from: session, to: session, mode: 'append' } as const;
  const append = (object: string, into: string) => move({ ...own, object, into });

  for (const into of ['shared.csv', 'made.csv']) {
    const meanwhile = async (batch: number) => batch === 1 && append('yours.csv', into);
    const late = move({ ...own, object: 'mine.csv', into, meanwhile });
    await assert.rejects(late, { kind: 'retry' });
  }
  await append('mine.csv', 'shared.csv');

  assert.equal(text('shared'), 'id\n1\n3\n2\n');
  assert.equal(text('made'), 'id\n3\n');
});

test('a service that knows no conditions is asked before instead', async () => {
  contents.knowsConditions = false;
  const { from, to } = { from: session, to: session };
  const append = (into: string) => move({ from, to, object: 'mine.csv', into, mode: 'append' });

  await append('plain.csv');
  await append('plain.csv');

  contents.knowsConditions = true;
  assert.equal(String(contents.objects.get('heddle files/plain.csv')), 'id\n2\n2\n');
});

test('a bucket at a private address is not asked, by its name or by its address', async () => {
  const guard = new GuardedOutside({
    allowPrivateHosts: [],
    folder: undefined,
    turn: async () => undefined,
    signal: new AbortController().signal,
  });
  after(() => guard.close());
  const { length } = contents.seen;

  for (const host of ['localhost', '127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '2130706433']) {
    const endpoint = `http://${host}:${place.port}`;
    const guarded = await files.open({ config: { ...config, endpoint }, credentials }, guard);
    await assert.rejects(guarded.check(), /private address/);
    await guarded.close();
  }
  await assert.rejects(async () => files.open({ config, credentials: {} }, guard), /access_key_id/);
  const local = await files.open({ config: { path: '.' }, credentials: {} }, guard);
  await assert.rejects(local.check(), /Local paths are off/);

  assert.equal(contents.seen.length, length);
});

test('what is uploaded is not watched any more, and what was given up is not uploaded', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  const outside = new GuardedOutside({ allowPrivateHosts: ['1'], folder: undefined, signal });
  const { access_key_id: accessKeyId, secret_access_key: secretAccessKey } = credentials;
  const keys = { accessKeyId, secretAccessKey };
  const bucket = new Bucket({ ...config, region: String(config.region), keys }, outside);
  await folder.put('upload.csv', 'id\n1\n');
  const upload = (name: string) => bucket.put(name, join(folder.folder, 'upload.csv'));
  const before = getEventListeners(signal, 'abort').length;

  await upload('/kept.csv');
  const watching = getEventListeners(signal, 'abort').length;
  controller.abort(new Error('given up'));
  const late = upload('/late.csv');

  await assert.rejects(late);
  await bucket.close();
  await outside.close();
  assert.equal(watching, before);
  assert.deepEqual(
    ['kept', 'late'].map((name) => contents.objects.has(`heddle files/${name}.csv`)),
    [true, false],
  );
});

test('a bucket that sends its clients elsewhere is not followed', async () => {
  const heard: string[] = [];
  const listen = async (listener: RequestListener) => {
    const server = createServer(listener);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    after(() => void server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const inner = await listen((request, response) => {
    heard.push(request.url ?? '');
    response.end();
  });
  const endpoint = await listen((_, response) => {
    response.writeHead(307, { location: `${inner}/bucket` }).end();
  });
  const sent = await files.open({ config: { ...config, endpoint }, credentials }, folder.outside);

  await assert.rejects(sent.check());
  await assert.rejects(readAll(sent, 'a.csv'));
  await sent.close();

  assert.deepEqual(heard, []);
});
