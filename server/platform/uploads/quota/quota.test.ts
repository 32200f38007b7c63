import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mp4, storedFiles, uploaderOf } from '../../../messaging/files/testing/uploads.ts';
import { organizationQuota } from '../../../messaging/operator/index.ts';
import { makeTeam, resultOf } from '../../../messaging/testing/scene.ts';
import { diagnose } from '../../../operator/doctor.ts';
import { asOwner } from '../../../runtime/testing/owner.ts';
import { startServer } from '../../../testing/server.ts';
import { readMetrics } from '../../testing/prometheus.ts';

const app = await startServer({ HEDDLE_ROLES: 'web' });
const video = mp4({ width: 64, height: 64 });

async function makeUploader(url = app.url) {
  const team = await makeTeam(app);
  return { ...team, upload: uploaderOf({ url }, team.bot.key) };
}

const quotaOf = ({ organization }: Awaited<ReturnType<typeof makeUploader>>) =>
  organizationQuota(app.server.platform, organization);

test('an organization has files up to its quota, and others are not concerned', async () => {
  const [one, other] = [await makeUploader(), await makeUploader()];
  await organizationQuota(app.server.platform, one.organization, 2 * video.length);

  const taken = [await one.upload(video), await one.upload(video)];
  const refused = await one.upload(video);
  const elsewhere = await other.upload(video);
  await organizationQuota(app.server.platform, one.organization, null);
  const free = await one.upload(video);

  assert.deepEqual(
    [...taken, elsewhere, free].map(({ status }) => status),
    [200, 200, 200, 200],
  );
  assert.deepEqual([refused.status, refused.error], [507, 'storage_full']);
  assert.match(refused.message, /organization may store [\d.,]+ MB of files and uses [\d.,]+ MB; /);
  assert.equal((await quotaOf(one)).bytes, 3 * video.length);
});

test('uploads that come at once pass no quota together, and what is refused is not kept', async () => {
  const one = await makeUploader();
  await organizationQuota(app.server.platform, one.organization, 3 * video.length);
  const before = (await storedFiles(app)).length;

  const answers = await Promise.all(Array.from({ length: 8 }, () => one.upload(video)));

  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [200, 200, 200, 507, 507, 507, 507, 507]);
  assert.equal((await quotaOf(one)).bytes, 3 * video.length);
  assert.equal((await storedFiles(app)).length, before + 3);
});

test('a file that is removed makes room', async () => {
  const one = await makeUploader();
  const { result } = await one.upload(video);

  await asOwner(
    app.address,
    `with gone as (delete from messaging.file where id = $1 returning content_key)
     update platform.file set deleted_at = now() where content_key = (select content_key from gone)`,
    [result.fileID],
  );
  await asOwner(app.address, 'delete from platform.file where deleted_at is not null');

  assert.equal((await quotaOf(one)).bytes, 0);
});

test('below the reserve of the disk files are refused and all else goes on, and everybody is told', async () => {
  const full = await app.another({ HEDDLE_DISK_RESERVE_MB: '100000000' });
  const { bot, upload } = await makeUploader(full.url);

  const refused = await upload(video);
  const posted = await bot.client.createChannel({ body: { name: 'goes-on' } });
  const ready = await fetch(`${full.url}/readyz`);
  const metrics = readMetrics(await (await fetch(`${full.url}/metrics`)).text());
  const findings = await diagnose(full.server.platform);

  assert.deepEqual([refused.status, refused.error], [507, 'storage_full']);
  assert.match(refused.message, /no room for more files; the operator/);
  assert.ok(resultOf(posted).channelID);
  assert.equal(ready.status, 200);
  assert.match(await ready.text(), /"warning":"disk low, uploads are refused: \d+ MiB free"/);
  const value = (name: string) => metrics.find((sample) => sample.name === name)?.value ?? 0;
  assert.ok(value('heddle_disk_free_bytes') > 0);
  assert.equal(value('heddle_disk_reserve_bytes'), 100_000_000 * 1024 * 1024);
  const disk = findings.find(({ check }) => check === 'disk');
  assert.equal(disk?.ok, false);
  assert.match(disk?.detail ?? '', /^disk low.* uploads are refused$/);
});

test('a database whose disk is full is a 503 that says so, and is not ready', async () => {
  const { bot } = await makeUploader();
  await asOwner(
    app.address,
    `create function no_room() returns trigger language plpgsql as
       $$ begin raise exception 'could not extend file' using errcode = '53100'; end $$`,
  );
  await asOwner(
    app.address,
    'create trigger no_room before insert on messaging.channel execute function no_room()',
  );

  const refused = await fetch(`${app.url}/api/public/createChannel`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bot.key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'full' }),
  });
  const ready = await fetch(`${app.url}/readyz`);

  assert.equal(refused.status, 503);
  assert.ok(refused.headers.get('retry-after'));
  assert.match(await refused.text(), /The disk of the database is full/);
  assert.deepEqual(
    [ready.status, await ready.json()],
    [503, { status: 'the disk of the database is full' }],
  );
});
