import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../../runtime/errors.ts';
import { Sandbox } from './sandbox.ts';

const code = 'module.exports = (r) => { if (r.isEndless) for (;;); return r; }';
const endless = {
  key: 'endless',
  type: 'javascript',
  code,
  records: [{ isEndless: true }],
} as const;
const harmless = { key: 'harmless', type: 'javascript', code, records: [{ id: 1 }] } as const;
const fine = [{ records: [{ id: 1 }] }];
/** Nothing ends by itself here. */
const slow = { recordMilliseconds: 600_000 };

const open: Sandbox[] = [];
after(() => Promise.all(open.map((sandbox) => sandbox.close())));

function make(options: ConstructorParameters<typeof Sandbox>[0]): Sandbox {
  const sandbox = new Sandbox(options);
  open.push(sandbox);
  return sandbox;
}

describe('A process of the sandbox', () => {
  test('starts when it is needed, and is used again', async () => {
    const sandbox = make({});
    assert.deepEqual(sandbox.pids, []);

    await sandbox.run({ ...harmless, organization: 1 });
    const { pids } = sandbox;
    await sandbox.run({ ...harmless, organization: 2 });

    assert.equal(pids.length, 1);
    assert.deepEqual(sandbox.pids, pids);
  });

  test('is replaced when it is killed before it has begun', async () => {
    const sandbox = make({ processes: 1 });
    const run = sandbox.run({ ...harmless, organization: 1 });
    const [pid] = sandbox.pids;

    process.kill(pid as number, 'SIGKILL');
    const { outcomes } = await run;

    assert.deepEqual(outcomes, fine);
    assert.notEqual(sandbox.pids[0], pid);
  });

  test('is replaced when it is killed at work, and the work is done', async () => {
    const sandbox = make({ processes: 1 });
    await sandbox.run({ ...harmless, organization: 1 });
    const [pid] = sandbox.pids;
    const records = Array.from({ length: 20_000 }, (_, id) => ({ id }));

    const run = sandbox.run({ ...harmless, organization: 1, records });
    process.kill(pid as number, 'SIGKILL');
    const { outcomes } = await run;

    assert.deepEqual(
      outcomes,
      records.map((record) => ({ records: [record] })),
    );
    assert.notEqual(sandbox.pids[0], pid);
  });

  test('ends when it was idle for a while', async () => {
    const sandbox = make({ idleMilliseconds: 1 });
    await sandbox.run({ ...harmless, organization: 1 });
    while (sandbox.pids.length > 0) await pause(5);
    assert.deepEqual((await sandbox.run({ ...harmless, organization: 1 })).outcomes, fine);
  });

  test('holds up nobody else', async () => {
    const sandbox = make({ processes: 2, ...slow });
    const { signal, abort } = aborting();
    const guilty = sandbox.run({ ...endless, organization: 1, signal });

    const { outcomes } = await sandbox.run({ ...harmless, organization: 2 });

    assert.deepEqual(outcomes, fine);
    abort();
    await assert.rejects(guilty, { name: 'AbortError' });
  });

  test('goes on with others when work is given up', async () => {
    const sandbox = make({ processes: 1, ...slow });
    const [running, waiting] = [aborting(), aborting()];
    const first = sandbox.run({ ...endless, organization: 1, signal: running.signal });
    const second = sandbox.run({ ...endless, organization: 2, signal: waiting.signal });

    waiting.abort();
    await assert.rejects(second, { name: 'AbortError' });
    running.abort();
    await assert.rejects(first, { name: 'AbortError' });

    assert.deepEqual((await sandbox.run({ ...harmless, organization: 1 })).outcomes, fine);
  });

  test('is taken by organizations in turn', async () => {
    const sandbox = make({ processes: 1 });
    const order: number[] = [];
    const ask = async (organization: number) => {
      await sandbox.run({ ...harmless, organization });
      order.push(organization);
    };

    await Promise.all([ask(1), ask(1), ask(1), ask(1), ask(2)]);

    assert.ok(order.indexOf(2) <= 2, order.join());
  });

  test('is not waited for by too many', async () => {
    const sandbox = make({ processes: 1, waitingMax: 2, ...slow });
    const asked = [1, 2, 3].map(() => sandbox.run({ ...endless, organization: 1 }));
    const ended = Promise.allSettled(asked);

    await assert.rejects(sandbox.run({ ...harmless, organization: 1 }), (error) => {
      return error instanceof AppError && error.code === 'overloaded';
    });

    await sandbox.close();
    assert.deepEqual(
      (await ended).map(({ status }) => status),
      Array(3).fill('rejected'),
    );
  });

  for (const state of ['busy', 'waiting']) {
    test(`ends with the server that is killed while it is ${state}`, async () => {
      const script = join(import.meta.dirname, 'testing/owner.ts');
      const owner = spawn(process.execPath, [script, state], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const [said] = await once(owner.stdout, 'data');
      const pid = Number(said);

      owner.kill('SIGKILL');

      while (isAlive(pid)) await pause(5);
    });
  }

  test('keeps no server from ending that has nothing for it to do', async () => {
    const script = join(import.meta.dirname, 'testing/owner.ts');
    const owner = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [said] = await once(owner.stdout, 'data');
    await once(owner, 'exit');
    while (isAlive(Number(said))) await pause(5);
  });
});

function aborting() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
