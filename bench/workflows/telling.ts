import { setTimeout } from 'node:timers/promises';
import { type Figure, plain } from '../figures.ts';
import type { Installation } from '../installation.ts';
import { bookRequests, drained, tokenOf } from '../scene.ts';
import { percentile } from '../sync/answering.ts';
import type { Client } from '../sync/scene.ts';
import { connectOwn, makeWorkflow, type WorkflowScene } from './scene.ts';
import { selectThreads } from './store.ts';

const paces = [
  { perSecond: 1, bookings: 20 },
  { perSecond: 10, bookings: 150 },
];
const warmUp = 10;
export const bookingsInAll = warmUp + paces.reduce((sum, { bookings }) => sum + bookings, 0);
const lookMilliseconds = 5;
const lostMilliseconds = 60_000;
const aim = { atMost: 1_000 };

type Bench = {
  at: Installation;
  scene: WorkflowScene;
  port: number;
  authorization: string;
  /** When each patient was told of, by number. */
  told: Map<string, number>;
};

/** From the sending of a booking to its message in a channel. */
export async function measureTelling(
  at: Installation,
  scene: WorkflowScene,
  { client, port }: { client: Client; port: number },
): Promise<Figure[]> {
  const [own, bot] = [
    await connectOwn(client, 'scheduling'),
    await connectOwn(client, 'messaging'),
  ];
  const to = `channel-${scene.channelId}`;
  const message = 'A new patient: {{record.id}}';
  await makeWorkflow(
    client,
    [{ type: 'notify', channel: 'threads', connection_id: bot, to, message }],
    { type: 'record_created', connection_id: own, object: 'patients' },
  );
  const authorization = await tokenOf(scene, port);
  const bench = { at, scene, port, authorization, told: new Map<string, number>() };
  const looking = look(bench);
  try {
    let next = scene.openings.first;
    await book(bench, next, { perSecond: 2, bookings: warmUp });
    next += warmUp;
    await drained(at);
    const figures: Figure[] = [];
    for (const pace of paces) {
      const times = await book(bench, next, pace);
      next += pace.bookings;
      const name = `booking to message, ${pace.perSecond}/s`;
      figures.push(
        plain(`${name}, p50`, 'ms', percentile(times, 0.5), { aim }),
        plain(`${name}, p95`, 'ms', percentile(times, 0.95), { aim }),
      );
    }
    return figures;
  } finally {
    await looking.stop();
  }
}

/** Notes when what was posted is there. */
function look({ at, scene, told }: Bench) {
  let isOver = false;
  const { reading } = at.platform.database.system;
  const looked = (async () => {
    let after = 0;
    while (!isOver) {
      const now = performance.now();
      for (const { number, plain: text } of await selectThreads(reading, scene.channelId, after)) {
        after = number;
        told.set(text.replace('A new patient: ', ''), now);
      }
      await setTimeout(lookMilliseconds);
    }
  })();
  const stop = () => {
    isOver = true;
    return looked;
  };
  return { stop };
}

/** Milliseconds of each. @throws Error when one is never told of */
async function book(
  { port, authorization, told }: Bench,
  first: number,
  { perSecond, bookings }: { perSecond: number; bookings: number },
): Promise<number[]> {
  const began = performance.now();
  const headers = { authorization, 'content-type': 'application/json' };
  const times = bookRequests(first, bookings).map(async ({ method, path, body = '' }, nth) => {
    await setTimeout(Math.max(1, began + (nth * 1000) / perSecond - performance.now()));
    const sent = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body });
    if (answer.status !== 201) throw new Error(`a booking was answered ${answer.status}`);
    const { patient_id } = (await answer.json()) as { patient_id: number | string };
    while (!told.has(String(patient_id))) {
      if (performance.now() - sent > lostMilliseconds) throw new Error('a booking was not told of');
      await setTimeout(lookMilliseconds);
    }
    return (told.get(String(patient_id)) as number) - sent;
  });
  return Promise.all(times);
}
