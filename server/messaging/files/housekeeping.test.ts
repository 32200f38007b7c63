import assert from 'node:assert/strict';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileHousekeepingJob as job } from '../../platform/uploads/jobs.ts';
import { asOwner } from '../../runtime/testing/owner.ts';
import { startServer } from '../../testing/server.ts';
import { makeTeam, refused, resultOf } from '../testing/scene.ts';
import { deleteLeftFiles } from './store.ts';
import { picture, storedFiles, thumbnailOf, uploaderOf } from './testing/uploads.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const fileHousekeepingJob = (services: typeof app.server.platform) =>
  job(services, [deleteLeftFiles]);
const keepHouse = () => fileHousekeepingJob(app.server.platform).run({});
const rows = async () => (await asOwner(app.address, 'select from platform.file')).length;

async function makeScene() {
  const team = await makeTeam(app);
  const upload = uploaderOf(app, team.bot.key);
  const created = await team.bot.client.createChannel({ body: { name: 'desk' } });
  const add = async () => {
    const { fileID } = (await upload(await picture())).result;
    await thumbnailOf(app, team.bot.key, fileID);
    return fileID;
  };
  return { ...team, add, channelID: resultOf(created).channelID };
}

test('what no post has shown for seven days goes, its thumbnail too, and the rest stays', async () => {
  const { bot, add, channelID } = await makeScene();
  const [shown, unseen] = [await add(), await add()];
  resultOf(await bot.client.postThread({ body: { channelID, blocks: [`<!${shown}>`] } }));

  app.clock.advance({ days: 6, hours: 23 });
  await keepHouse();
  const early = { rows: await rows(), files: (await storedFiles(app)).length };
  app.clock.advance({ hours: 2 });
  await keepHouse();

  assert.deepEqual(early, { rows: 2, files: 4 });
  assert.equal(await rows(), 1);
  assert.equal((await storedFiles(app)).length, 2);
  const body = { channelID, blocks: [`<!${unseen}>`] };
  refused(await bot.client.postThread({ body }), 404, 'file_not_found');
  resultOf(await bot.client.postThread({ body: { channelID, blocks: [`<!${shown}>`] } }));
});

/** How many files are kept before something is deleted, in the night after it, and eight days later. */
async function countAround(remove: () => Promise<unknown>) {
  const before = await rows();
  app.clock.advance({ days: 30 });
  await remove();
  await keepHouse();
  const after = await rows();
  app.clock.advance({ days: 8 });
  await keepHouse();
  return { before, after, later: await rows() };
}

test('the seven days begin anew when the last post that showed a file is deleted', async () => {
  const { bot, add, channelID } = await makeScene();
  const fileID = await add();
  const body = { channelID, blocks: [`<!${fileID}>`] };
  const { threadID } = resultOf(await bot.client.postThread({ body }));

  const { before, after, later } = await countAround(() =>
    bot.client.deleteThread({ body: { threadID } }),
  );

  assert.equal(after, before);
  assert.equal(later, before - 1);
});

test('a deleted chat shows no files any more: they go after seven days', async () => {
  const { bot, add } = await makeScene();
  const fileID = await add();
  const { chatID } = resultOf(await bot.client.createChat({ body: { name: 'desk' } }));
  const message = { chatID, body: `<!${fileID}>` };
  resultOf(await bot.client.postChatMessage({ body: message }));

  const { before, after, later } = await countAround(() =>
    bot.client.deleteChat({ body: { chatID } }),
  );

  assert.equal(after, before);
  assert.equal(later, before - 1);
});

test('housekeeping that was interrupted is taken up again', async () => {
  const { add } = await makeScene();
  await add();
  const before = await rows();
  app.clock.advance({ days: 8 });
  const { files } = app.server.platform;
  const failing = {
    ...app.server.platform,
    files: {
      ...files,
      store: {
        put: files.store.put.bind(files.store),
        open: files.store.open.bind(files.store),
        fetch: files.store.fetch.bind(files.store),
        remove: () => Promise.reject(new Error('away')),
      },
    },
  };

  await assert.rejects(fileHousekeepingJob(failing).run({}));
  const kept = await rows();
  await keepHouse();

  assert.equal(kept, before);
  assert.equal(await rows(), before - 1);
});

test('a file that is being posted during the housekeeping is either there or refused', async () => {
  const { bot, add, channelID } = await makeScene();
  const ids = [];
  for (let count = 0; count < 8; count += 1) ids.push(await add());
  app.clock.advance({ days: 8 });

  const [posted] = await Promise.all([
    Promise.all(
      ids.map((id) => bot.client.postThread({ body: { channelID, blocks: [`<!${id}>`] } })),
    ),
    keepHouse(),
    keepHouse(),
  ]);
  await keepHouse();

  const there = new Set(
    (await asOwner<{ id: string }>(app.address, 'select id::text from messaging.file')).map(
      ({ id }) => id,
    ),
  );
  for (const [at, id] of ids.entries()) {
    assert.equal(posted[at]?.status, there.has(id) ? 200 : 404);
  }
});

test('what a killed process left behind while it arrived goes after a day', async () => {
  const folder = join(app.dataDirectory, 'files', 'arriving');
  const [old, young] = [join(folder, 'file-old'), join(folder, 'file-young')];
  for (const one of [old, young]) {
    await mkdir(one, { recursive: true });
    await writeFile(join(one, 'content'), 'x');
  }
  const now = app.clock.now();
  await utimes(old, now, new Date(now.getTime() - 25 * 3600 * 1000));
  await utimes(young, now, new Date(now.getTime() - 23 * 3600 * 1000));

  await keepHouse();

  assert.deepEqual(await readdir(folder), ['file-young']);
});
