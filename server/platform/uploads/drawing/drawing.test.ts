import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { picture, thumbnailOf, uploaderOf } from '../../../messaging/files/testing/uploads.ts';
import { makeTeam } from '../../../messaging/testing/scene.ts';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { startServer } from '../../../testing/server.ts';
import { drawFiles } from '../jobs.ts';
import { Painter } from './painter.ts';
import { claimFile, settleFile } from './store.ts';
import { Turns } from './turns.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { database } = app.server.platform;
const someday = new Date('2100-01-01');

/** A team whose pictures nobody draws. */
async function makeWaiting() {
  const { bot, organization } = await makeTeam(app);
  const upload = uploaderOf(app, bot.key);
  const add = async () => {
    const { fileID } = (await upload(await picture())).result;
    await thumbnailOf(app, bot.key, fileID);
    return fileID;
  };
  return { ...bot, organization, upload, add };
}

test('a process that dies before it has drawn leaves it to another', async () => {
  const { key, add } = await makeWaiting();
  const fileID = await add();
  await asOwner(
    app.address,
    `update platform.file set draw_at = '2100-01-01', thumbnail_key = null, thumbnail_bytes = null
     where content_key = (select content_key from messaging.file where id = $1)`,
    [fileID],
  );
  const headers = { authorization: `Bearer ${key}` };
  const before = await fetch(`${app.url}/files/${fileID}/thumbnail`, { headers });

  await asOwner(
    app.address,
    `update platform.file set draw_at = '2000-01-01'
     where content_key = (select content_key from messaging.file where id = $1)`,
    [fileID],
  );
  const another = await app.another();
  await another.server.jobs.carryOut(drawFiles, {});
  const { status } = await thumbnailOf(app, key, fileID);

  assert.deepEqual([before.status, before.headers.get('retry-after'), status], [202, '1', 200]);
});

test('what is to be drawn is taken of one organization after the other', async () => {
  const [many, few] = [await makeWaiting(), await makeWaiting()];
  for (let count = 0; count < 4; count += 1) await many.add();
  await few.add();
  await asOwner(app.address, `update platform.file set draw_at = '2000-01-01', draws = 0`);
  await asOwner(app.address, 'update platform.storage set drawn_at = null');
  const now = new Date('2000-01-02');

  const order: number[] = [];
  for (;;) {
    const due = await database.system.transaction((tx) => claimFile(tx, now, someday));
    if (!due) break;
    order.push(due.organization_id);
    await database.system.transaction((tx) => settleFile(tx, due.organization_id, due.content_key));
  }

  assert.equal(order.length, 6);
  assert.equal(new Set(order.slice(0, 3)).size, 3, order.join());
});

test('however often the disk has no room, a picture is drawn once it has', async () => {
  const { key, add } = await makeWaiting();
  const fileID = await add();
  const headers = { authorization: `Bearer ${key}` };
  const drawWith = async ({ jobs }: Pick<typeof app.server, 'jobs'>) => {
    await asOwner(
      app.address,
      `update platform.file
       set draw_at = '2000-01-01', thumbnail_key = null, thumbnail_bytes = null
       where content_key = (select content_key from messaging.file where id = $1)`,
      [fileID],
    );
    await jobs.carryOut(drawFiles, {});
    return (await fetch(`${app.url}/files/${fileID}/thumbnail`, { headers })).status;
  };
  const full = await app.another({ HEDDLE_DISK_RESERVE_MB: '100000000' });

  const statuses: number[] = [];
  for (let nth = 0; nth < 8; nth += 1) statuses.push(await drawWith(full.server));
  const drawn = await drawWith(app.server);

  assert.deepEqual([...statuses, drawn], [...Array(8).fill(202), 200]);
});

test('a picture that takes too much memory ends the process that draws it, and no more', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-pictures-'));
  const path = join(folder, 'wide.gif');
  await writeFile(path, await picture('gif', { width: 6_000, height: 6_000 }));
  const painter = new Painter(160 * 1024 * 1024);

  const measured = await painter.carryOut({ act: 'measure', path });
  const drawn = await painter.carryOut({ act: 'draw', path, target: join(folder, 'thumbnail') });
  const again = await painter.carryOut({ act: 'measure', path });
  painter.close();
  await rm(folder, { recursive: true });

  assert.partialDeepStrictEqual(measured, { pixels: { width: 6_000, height: 6_000 } });
  assert.equal(drawn, undefined);
  assert.deepEqual(again, measured);
});

test('a process that is killed over a picture answers nothing, and the next picture has another one', async () => {
  const painter = new Painter();
  const path = new URL('../../../../web/index.html', import.meta.url).pathname;

  const lost = painter.carryOut({ act: 'measure', path });
  painter.close();
  const next = await painter.carryOut({ act: 'measure', path });
  painter.close();

  assert.equal(await lost, undefined);
  assert.deepEqual(next, { refusal: 'cannot be read as an image.' });
});

test('while the system starts no process, pictures are asked to come later', async () => {
  const painter = new Painter();
  const path = new URL('../../../../web/index.html', import.meta.url).pathname;
  const { execPath } = process;

  process.execPath = '/nowhere/node';
  const early = painter.carryOut({ act: 'measure', path });
  // Of some of what it meets, `fork` tells by throwing: E2BIG as well as ENOMEM.
  process.execPath = '/'.padEnd(5_000_000, 'x');
  const thrown = painter.carryOut({ act: 'measure', path });
  process.execPath = execPath;
  for (const one of [early, thrown]) await assert.rejects(one, { code: 'overloaded' });
  const next = await painter.carryOut({ act: 'measure', path });
  painter.close();

  assert.deepEqual(next, { refusal: 'cannot be read as an image.' });
});

test('organizations take turns, and one that wants too much at once is told so', async () => {
  const turns = new Turns();
  const order: number[] = [];
  const take = (organization: number) =>
    turns.take(organization, async () => order.push(organization));

  const taken = [1, 1, 1, 1, 2, 3, 2].map(take);
  await Promise.all(taken);

  assert.deepEqual(order, [1, 1, 2, 3, 1, 2, 1]);
  const many = Array.from({ length: 21 }, () => () => take(4));
  const all = many.map((one) => one());
  assert.throws(() => take(4), { code: 'overloaded' });
  await Promise.all([...all, take(5)]);
  assert.equal(order.length, 29);
});

test('an organization of which too many pictures wait is asked to come later; others are not', async () => {
  const [full, other] = [await makeWaiting(), await makeWaiting()];
  const fileID = await full.add();
  await asOwner(
    app.address,
    `insert into platform.file (organization_id, content_key, name, mime_type, bytes, created_at,
       draw_at)
     select organization_id, content_key || n, name, mime_type, bytes, created_at, '2100-01-01'
     from platform.file, generate_series(1, 200) n
     where content_key = (select content_key from messaging.file where id = $1)`,
    [fileID],
  );

  const refused = await full.upload(await picture());
  const taken = await other.upload(await picture());

  assert.deepEqual([refused.status, taken.status], [429, 200]);
  assert.match(refused.message, /are waiting for thumbnails/);
});
