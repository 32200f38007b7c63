import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, readConfig, serve } from '../../server/main.ts';
import { mp4, uploaderOf } from '../../server/messaging/files/testing/uploads.ts';
import { createKey } from '../../server/messaging/operator/index.ts';
import { Operator } from '../../server/operator/operator.ts';
import { until } from '../../server/runtime/testing/until.ts';
import type { Soak } from './run.ts';

const diskMegabytes = 700;
const reserveMegabytes = 150;
const mebibyte = 1024 * 1024;
const posts = 50;

/** A disk that uploads fill up to the reserve, and somebody else to the end; then there is room again. */
export const soak: Soak = () =>
  withDisk(async (data) => {
    const config = readConfig({
      HEDDLE_DATA: join(data, 'heddle'),
      HEDDLE_PORT: '0',
      HEDDLE_DISK_RESERVE_MB: String(reserveMegabytes),
    });
    const server = await serve(config, createLog('silent'));
    try {
      return await fill(server, data);
    } finally {
      await server.stop();
    }
  });

type Served = Awaited<ReturnType<typeof serve>>;

async function fill({ platform, port }: Served, data: string): Promise<string[]> {
  const url = `http://127.0.0.1:${port}`;
  const operator = new Operator(platform);
  const { id } = await operator.createOrganization('Full House');
  const given = { name: 'Filler', kind: 'threads', plan: 'unlimited' } as const;
  const { key } = await createKey(platform, id, given);
  const free = async () => {
    const { bavail, bsize } = await statfs(data);
    return Math.floor((bavail * bsize) / mebibyte);
  };
  const upload = uploaderOf({ url }, key);
  const large = Buffer.concat([mp4({ width: 64, height: 64 }), Buffer.alloc(20 * mebibyte)]);

  const taken = await uploadUntilRefused(upload, large);
  const left = await free();
  const written = await post(url, key);
  assert.ok(left > reserveMegabytes - 20, `${left} MB are left`);
  assert.deepEqual(written, { 200: posts });

  const filler = join(data, 'filler');
  const belowReserve = (await free()) - reserveMegabytes + 10;
  execFileSync('fallocate', ['--length', `${Math.max(belowReserve, 1)}MiB`, filler]);
  const warned = await ready(url);
  assert.match(warned, /^200 .*disk low/);
  execFileSync('sh', ['-c', `cat /dev/zero >> ${filler} || true`], { stdio: 'ignore' });
  const named = await ready(url);
  const meanwhile = await post(url, key);
  const refused = await upload(large);
  assert.match(named, /^503 .*disk full/);
  assert.equal(refused.status, 507);
  assert.equal(meanwhile[500], undefined, JSON.stringify(meanwhile));

  await rm(filler);
  await until('it is ready again', async () => (await ready(url)).startsWith('200'));
  const after = await post(url, key);
  assert.deepEqual(after, { 200: posts });
  return [
    `${taken} uploads of 20 MB on ${diskMegabytes} MB, ${left} MB left of a reserve of ${reserveMegabytes}`,
    `posts at the reserve ${JSON.stringify(written)}, on the full disk ${JSON.stringify(meanwhile)}, after it ${JSON.stringify(after)}`,
    `/readyz said: ${warned}; ${named}`,
  ];
}

/** Four at once, until none is taken. */
async function uploadUntilRefused(upload: ReturnType<typeof uploaderOf>, content: Buffer) {
  let taken = 0;
  for (;;) {
    const answers = await Promise.all(Array.from({ length: 4 }, () => upload(content)));
    const statuses = answers.map(({ status }) => status);
    assert.ok(
      statuses.every((status) => status === 200 || status === 507),
      statuses.join(),
    );
    const count = statuses.filter((status) => status === 200).length;
    taken += count;
    if (count === 0) return taken;
  }
}

async function post(url: string, key: string): Promise<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (let count = 0; count < posts; count += 1) {
    const { status } = await fetch(`${url}/api/public/createChannel`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `desk-${performance.now()}`.replace('.', '-') }),
    });
    counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

async function ready(url: string): Promise<string> {
  const response = await fetch(`${url}/readyz`);
  return `${response.status} ${await response.text()}`;
}

/** A small disk in memory, which only root can mount. */
async function withDisk<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${diskMegabytes}m,mode=755`, 'tmpfs', folder]);
  try {
    return await work(folder);
  } finally {
    execFileSync('umount', ['--lazy', folder]);
    await rm(folder, { recursive: true });
  }
}
