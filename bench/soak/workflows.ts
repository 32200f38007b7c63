import { setTimeout } from 'node:timers/promises';
import { until } from '../../server/runtime/testing/until.ts';
import { killWorker, openWorker } from '../../server/testing/workers.ts';
import { checkOnce, type KillScene, openKilling, steps } from '../workflows/killing.ts';
import type { Soak } from './run.ts';

const kills = 100;
const runsEach = 3;
const frozenRuns = 20;
const frozenSeconds = 90;
const patienceMilliseconds = 4_000;

/** Whoever is killed or stands still, each step of each run of a workflow has its effect once. */
export const soak: Soak = async () => {
  const scene = await openKilling();
  try {
    const lines = [await killAll(scene)];
    process.stderr.write(`${lines[0]}\n`);
    lines.push(await wakeLate(scene));
    return lines;
  } finally {
    await scene.end();
  }
};

const moments = ['before', 'in', 'after'] as const;
type Moment = (typeof moments)[number];

/** A worker is killed when a step is asked for, when it was answered, or at any time. */
async function killAll(scene: KillScene): Promise<string> {
  const killed = new Map<string, number>();
  for (let kill = 0; kill < kills; kill += 1) {
    const worker = await openWorker(scene.app);
    await scene.untilCarried();
    await scene.begin(runsEach);
    const moment = moments[Math.floor(Math.random() * moments.length)] ?? 'before';
    const step = steps[Math.floor(Math.random() * steps.length)] ?? 'partner';
    await untilMoment(scene, moment, step);
    await killWorker(worker);
    const name = `${moment} a step`;
    killed.set(name, (killed.get(name) ?? 0) + 1);
    await scene.endLeases();
  }
  const last = await openWorker(scene.app);
  await scene.untilOver();
  await killWorker(last);
  await checkOnce(scene);
  const repeated = scene.systems.partner.counted.asked - scene.count();
  const times = [...killed].map(([name, count]) => `${name} ${count}`).join(', ');
  return (
    `${scene.count()} runs into ${steps.length} systems, a worker killed ${kills} times (${times}): ` +
    `each effect once; ${repeated} requests came again under the same key`
  );
}

/** `before`: at any time; a post to our own channels is told by nobody, and so is at any time. */
async function untilMoment({ systems }: KillScene, moment: Moment, step: string): Promise<void> {
  const late = setTimeout(patienceMilliseconds);
  if (moment === 'before' || step === 'threads') {
    await setTimeout(Math.random() * 700);
    return;
  }
  const { promise, resolve } = Promise.withResolvers<void>();
  const event = moment === 'in' ? 'asked' : 'answered';
  const look = (name: string) => {
    if (name === step) resolve();
  };
  systems.watched.on(event, look);
  await Promise.race([promise, late]);
  systems.watched.off(event, look);
}

/** A worker stands still for longer than its leases; what it answers then is refused. */
async function wakeLate(scene: KillScene): Promise<string> {
  const slow = await openWorker(scene.app);
  const before = scene.systems.partner.done.size;
  await scene.begin(frozenRuns);
  await until('some are under way', () => scene.systems.partner.done.size > before);
  slow.kill('SIGSTOP');
  const frozen = setTimeout(frozenSeconds * 1000);
  const quick = await openWorker(scene.app);
  await scene.untilOver();
  const done = JSON.stringify(await scene.runs());
  await frozen;
  slow.kill('SIGCONT');
  await setTimeout(5_000);
  if (JSON.stringify(await scene.runs()) !== done) throw new Error('a late result was stored');
  await Promise.all([killWorker(slow), killWorker(quick)]);
  await checkOnce(scene);
  return `a worker stood still for ${frozenSeconds} s in ${frozenRuns} runs, which another took: each effect once, nothing changed later`;
}
