import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after } from 'node:test';
import type { TestServer } from './server.ts';

const program = join(import.meta.dirname, 'worker-process.ts');
const started = new Set<ChildProcess>();

type App = Pick<TestServer, 'address' | 'dataDirectory'>;

/** Another process that works on the database of a test, until it is killed or the file ends. */
export async function startWorker(
  app: App,
  environment: Record<string, string> = {},
): Promise<ChildProcess> {
  if (started.size === 0) after(endAll);
  const worker = await openWorker(app, environment);
  started.add(worker);
  worker.once('exit', () => started.delete(worker));
  return worker;
}

/** The same where there is no test; it ends with this process. */
export async function openWorker(
  app: App,
  environment: Record<string, string> = {},
): Promise<ChildProcess> {
  const worker = fork(program, [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  worker.send({
    address: app.address,
    environment: {
      HEDDLE_DATA: app.dataDirectory,
      HEDDLE_ROLES: 'worker',
      LOG_LEVEL: 'silent',
      HEDDLE_ALLOW_PRIVATE_HOSTS: '1',
      ...environment,
    },
  });
  await once(worker, 'message');
  return worker;
}

/** Ends it as a power cut would. */
export async function killWorker(worker: ChildProcess): Promise<void> {
  const exited = once(worker, 'exit');
  worker.kill('SIGKILL');
  await exited;
}

async function endAll(): Promise<void> {
  await Promise.all([...started].map(killWorker));
}
