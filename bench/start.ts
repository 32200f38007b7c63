import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { environmentWith } from '../server/main.ts';
import { freePort } from '../testing/port.ts';
import { against, median, type Paired, plain, type Result } from './figures.ts';
import { timeInitdb } from './limits/initdb.ts';
import { stopProcess } from './server.ts';

const rounds = 3;
const heddle = fileURLToPath(new URL('../bin/heddle', import.meta.url));
const run = promisify(execFile);

/** From the start of the process until /readyz says ok. */
export async function measureStart(): Promise<Result> {
  const first: number[] = [];
  const later: number[] = [];
  const demo: number[] = [];
  const initdb: number[] = [];
  const node: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const folder = await mkdtemp(join(tmpdir(), 'heddle-bench-'));
    try {
      first.push(await timeStart(folder));
      later.push(await timeStart(folder), await timeStart(folder));
      demo.push(await timed(() => run(heddle, ['demo', '--data', folder])));
      initdb.push(await timeInitdb());
      node.push(await timed(() => run(process.execPath, ['-e', '0'])));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  const figures = [
    against('first start', 'ms', compared(first, initdb), 'initdb alone', { note: firstNote }),
    against('later starts', 'ms', compared(later, node), 'node -e 0', { note: laterNote }),
    plain('heddle demo', 'ms', median(demo), { note: demoNote }),
  ];
  return { benchmark: 'start', about: 'bin/heddle serve until /readyz answers 200', figures };
}

const firstNote = 'initdb, the start of PostgreSQL, migrations, job queue, master key, signing key';
const laterNote = 'the start of PostgreSQL is part of it; nothing is left to migrate';
const demoNote = 'starts PostgreSQL, loads the demo organization, stops PostgreSQL';

async function timeStart(folder: string): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const child = spawn(heddle, ['serve'], {
    stdio: 'ignore',
    env: environmentWith({ HEDDLE_DATA: folder, HEDDLE_PORT: String(port), DATABASE_URL: '' }),
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`heddle serve ended with ${code}`);
  });
  ended.catch(() => undefined);
  await Promise.race([isReady(port), ended]);
  const milliseconds = performance.now() - began;
  await stopProcess(child);
  return milliseconds;
}

async function isReady(port: number): Promise<void> {
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

function compared(values: readonly number[], limits: readonly number[]): Paired {
  const [value, limitValue] = [median(values), median(limits)];
  return { value, limitValue, ratio: value / limitValue };
}
