import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { startBucket } from '../../platform/files/testing/bucket.ts';
import { fileHousekeepingJob } from '../../platform/uploads/jobs.ts';
import { until } from '../../runtime/testing/until.ts';
import { startServer } from '../../testing/server.ts';
import { makeTeam } from '../testing/scene.ts';
import { deleteLeftFiles } from './store.ts';
import { mp4, picture, storedFiles, thumbnailOf, uploaderOf } from './testing/uploads.ts';

const { url, contents: bucket } = await startBucket();
const app = await startServer({ HEDDLE_ROLES: 'web', S3_URL: url });
const { bot } = await makeTeam(app);
const upload = uploaderOf(app, bot.key);
const long = Buffer.concat([mp4({ width: 64, height: 64 }), Buffer.alloc(12 * 1024 * 1024, 7)]);

afterEach(() => {
  bucket.failing.clear();
  bucket.seen.length = 0;
  assert.deepEqual(bucket.refusals, []);
});

async function get(path: string, headers: Record<string, string> = {}) {
  const response = await fetch(app.url + path, {
    headers: { authorization: `Bearer ${bot.key}`, ...headers },
  });
  const content = Buffer.from(await response.arrayBuffer());
  return { status: response.status, headers: response.headers, content };
}

test('an image goes into the bucket with its thumbnail, below the prefix, and comes back', async () => {
  const content = await picture();

  const { status, result } = await upload(content);
  const { content: sent } = await get(`/files/${result.fileID}`);
  const thumbnail = await thumbnailOf(app, bot.key, result.fileID);

  assert.equal(status, 200);
  assert.ok(sent.equals(content));
  assert.equal(thumbnail.status, 200);
  assert.equal(bucket.objects.size, 2);
  for (const key of bucket.objects.keys()) assert.match(key, /^heddle files\/[0-9a-f]{40}$/);
  await until('nothing is left here', async () => (await storedFiles(app)).length === 0);
});

test('a long video goes in parts, and a range of it comes back', async () => {
  const { result } = await upload(long);

  const part = await get(`/files/${result.fileID}`, { range: 'bytes=6000000-6000099' });
  const whole = await get(`/files/${result.fileID}`);

  assert.deepEqual([...new Set(bucket.seen)], ['begin', 'part', 'complete', 'get']);
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-length'), '100');
  assert.ok(part.content.equals(long.subarray(6_000_000, 6_000_100)));
  assert.ok(whole.content.equals(long));
});

test('an upload that the bucket refuses half-way is a 503, and leaves no parts', async () => {
  const before = bucket.objects.size;
  bucket.failing.add('part');

  const answer = await upload(long);

  assert.equal(answer.status, 503);
  assert.match(answer.message, /file store/);
  assert.deepEqual([bucket.uploads.size, bucket.objects.size], [0, before]);
  assert.deepEqual(await storedFiles(app), []);
});

test('a bucket that cannot be read is a 503, and a content that is lost a 404', async () => {
  const { result } = await upload(await picture());

  bucket.failing.add('get');
  const away = await get(`/files/${result.fileID}`);
  bucket.failing.clear();
  bucket.objects.clear();
  const lost = await get(`/files/${result.fileID}`);

  assert.equal(away.status, 503);
  assert.ok(away.headers.get('retry-after'));
  assert.equal(lost.status, 404);
});

test('what nobody embeds goes from the bucket, too', async () => {
  const { result } = await upload(await picture());
  await thumbnailOf(app, bot.key, result.fileID);
  assert.ok(bucket.objects.size >= 2);

  app.clock.advance({ days: 8 });
  await fileHousekeepingJob(app.server.platform, [deleteLeftFiles]).run({});

  assert.equal(bucket.objects.size, 0);
});
