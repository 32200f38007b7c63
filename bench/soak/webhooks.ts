import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from '../../server/runtime/testing/until.ts';
import { makeSyncScene } from '../../server/sync/testing/scene.ts';
import { alertTimes, makeWebhook } from '../../server/sync/webhooks/testing/telling.ts';
import { openServer } from '../../server/testing/server.ts';
import type { Soak } from './run.ts';

const events = 100_000;
const receivers = 20;
const dead = 3;
/** Milliseconds, at random: some have just begun, some are in the middle of it. */
const killEvery = { min: 2_000, max: 45_000 };
const program = join(import.meta.dirname, '../../server/sync/webhooks/testing/worker.ts');

type Receiver = { url: string; seen: Set<string>; order: string[]; again: number; differ: number };

/** Two workers that are killed again and again lose nothing of 100,000 deliveries, and change no byte. */
export const soak: Soak = async () => {
  const app = await openServer({ HEDDLE_ROLES: 'web' });
  const closing: (() => void)[] = [];
  let isOver = false;
  try {
    const scene = await makeSyncScene(app);
    const told = new Map<string, string>();
    const all = await Promise.all(
      Array.from({ length: receivers }, (_, at) => receive(told, at < dead, closing)),
    );
    for (const { url } of all) await makeWebhook(scene, url);
    const living = all.slice(dead);
    const begin = () => beginWorker([JSON.stringify(app.address), app.dataDirectory]);
    const workers = await Promise.all([begin(), begin()]);
    const killing = killAgain(workers, begin, () => isOver);
    const ids: string[] = [];
    const began = performance.now();
    for (let happened = 0; happened < events; happened += 100) {
      ids.push(...(await alertTimes(app, scene.organization, 100)));
    }
    const left = () => living.reduce((sum, { seen }) => sum + events - seen.size, 0);
    for (let before = left(); before > 0; before = left()) {
      await until('more has come', () => left() < before);
    }
    isOver = true;
    const kills = await killing;
    await Promise.all(workers.map(end));
    verify(living, ids);
    const seconds = Math.round((performance.now() - began) / 1000);
    const delivered = living.length * events;
    const again = living.reduce((sum, receiver) => sum + receiver.again, 0);
    return [
      `${events} events to ${receivers} endpoints, ${dead} of them dead, ${kills} kills: ${delivered} deliveries in order within ${seconds} s, ${again} of them came again with the same bytes`,
    ];
  } finally {
    isOver = true;
    for (const close of closing) close();
    await app.stop();
  }
};

/** A worker that has begun to work; on a busy machine that takes longer than it then lives. */
async function beginWorker(given: string[]): Promise<ChildProcess> {
  const worker = fork(program, given);
  await once(worker, 'message');
  return worker;
}

/** One after the other, until it is over; answers how often. */
async function killAgain(
  workers: ChildProcess[],
  begin: () => Promise<ChildProcess>,
  isOver: () => boolean,
): Promise<number> {
  let kills = 0;
  for (; !isOver(); kills += 1) {
    const after = killEvery.min + Math.random() * (killEvery.max - killEvery.min);
    await new Promise((resolve) => setTimeout(resolve, after));
    await end(workers[kills % 2] as ChildProcess);
    workers[kills % 2] = await begin();
  }
  return kills;
}

function verify(living: readonly Receiver[], ids: readonly string[]): void {
  for (const { order, differ } of living) {
    if (differ > 0) throw new Error(`${differ} came again with other bytes`);
    const isKept = order.length === ids.length && order.every((id, at) => id === ids[at]);
    if (!isKept) throw new Error('the order was not kept');
  }
}

/** All are told the same: `told` has each event's bytes. */
async function receive(
  told: Map<string, string>,
  isDead: boolean,
  closing: (() => void)[],
): Promise<Receiver> {
  const receiver: Receiver = { url: '', seen: new Set(), order: [], again: 0, differ: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      response.writeHead(isDead ? 500 : 204).end();
      const text = Buffer.concat(chunks).toString();
      const { id, data } = JSON.parse(text);
      if ((told.get(id) ?? text) !== text) receiver.differ += 1;
      told.set(id, text);
      if (receiver.seen.has(id)) receiver.again += 1;
      else receiver.order.push(data.sync_id);
      receiver.seen.add(id);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return receiver;
}

async function end(worker: ChildProcess): Promise<void> {
  if (worker.exitCode !== null || worker.signalCode !== null) return;
  const gone = once(worker, 'exit');
  worker.kill('SIGKILL');
  await gone;
}
