import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Embedded } from './embedded.ts';
import { isRoot, killPostmaster, openSandbox, query, type Sandbox } from './testing/sandbox.ts';

const minutes = 60_000;
const patient = { timeout: 10 * minutes };

test('A restart keeps what was committed', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const first = await sandbox.join();
  await query(first.address, 'create table kept as select 42 as answer');
  const ending = await first.stop();

  const second = await sandbox.join();

  assert.equal(ending, 'stopped');
  assert.deepEqual(await query(second.address, 'select answer from kept'), [{ answer: 42 }]);
  assert.equal(await second.stop(), 'stopped');
  assert.equal(await sandbox.holder(), undefined);
});

test('Of two processes the last one out stops PostgreSQL', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const one = await sandbox.spawnMember();
  const two = await sandbox.join();
  const holder = await sandbox.holder();

  const first = await one.stop();

  assert.equal(first, 'left running for others');
  assert.deepEqual(
    holder?.processes,
    [one.pid, process.pid].toSorted((a, b) => a - b),
  );
  assert.deepEqual((await sandbox.holder())?.processes, [process.pid]);
  assert.deepEqual(await query(two.address, 'select 1 as up'), [{ up: 1 }]);
  assert.equal(await two.stop(), 'stopped');
  assert.equal(await sandbox.holder(), undefined);
});

test('What a killed process left running is joined and stopped by the next', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const killed = await sandbox.spawnMember();
  const before = await sandbox.holder();
  await killed.kill();

  const next = await sandbox.join();

  assert.ok(before);
  assert.deepEqual(await sandbox.holder(), { pid: before.pid, processes: [process.pid] });
  assert.equal(await next.stop(), 'stopped');
  assert.equal(await sandbox.holder(), undefined);
});

test('A killed PostgreSQL comes back with what was committed', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const own = await sandbox.join();
  const other = await sandbox.spawnMember();
  await query(own.address, 'create table kept as select 42 as answer');
  const before = await holderOf(sandbox);

  await killPostmaster(before.pid, sandbox.data);
  await own.available();

  assert.deepEqual(await query(own.address, 'select answer from kept'), [{ answer: 42 }]);
  await waitForMembers(sandbox, 2);
  assert.notEqual((await holderOf(sandbox)).pid, before.pid);
  assert.equal(await own.stop(), 'left running for others');
  assert.equal(await other.stop(), 'stopped');
});

test('PostgreSQL comes back although a part of the killed one lingers', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const own = await sandbox.join();
  const lingering = await openSession(own.address);
  process.kill(lingering, 'SIGSTOP');
  await killPostmaster((await holderOf(sandbox)).pid, sandbox.data);
  const waiting = own.available();
  await sleep(1000);

  process.kill(lingering, 'SIGCONT');
  await waiting;

  assert.deepEqual(await query(own.address, 'select 1 as up'), [{ up: 1 }]);
});

test('Killed together with PostgreSQL, a process finds all of it again', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const first = await sandbox.spawnMember();
  await query(first.address, 'create table kept as select 42 as answer');
  const { pid } = await holderOf(sandbox);
  process.kill(first.pid, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');
  await first.kill();

  const next = await sandbox.join();

  assert.deepEqual(await query(next.address, 'select answer from kept'), [{ answer: 42 }]);
  assert.equal(await next.stop(), 'stopped');
});

test('A postmaster that died and that nobody buries counts as dead', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const frozen = await sandbox.spawnMember();
  const { pid } = await holderOf(sandbox);
  process.kill(frozen.pid, 'SIGSTOP');
  process.kill(pid, 'SIGKILL');

  const next = await sandbox.join();

  assert.notEqual((await holderOf(sandbox)).pid, pid);
  process.kill(frozen.pid, 'SIGCONT');
  await waitForMembers(sandbox, 2);
  assert.equal(await frozen.stop(), 'left running for others');
  assert.equal(await next.stop(), 'stopped');
});

test('A stale postmaster.pid with the id of another process is no obstacle', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const { address } = await sandbox.join().then(async (first) => {
    await query(first.address, 'create table kept as select 42 as answer');
    await first.stop();
    return first;
  });
  const cluster = join(sandbox.data, 'postgres');
  const { uid, gid } = await stat(cluster);
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    ...(isRoot ? { uid, gid } : {}),
    stdio: 'ignore',
  });
  t.after(() => bystander.kill('SIGKILL'));
  const lines = [bystander.pid, cluster, 1, address.port, address.host, '', '  1 1', 'ready', ''];
  await writeFile(join(cluster, 'postmaster.pid'), lines.join('\n'));
  await writeFile(join(address.host, '.s.PGSQL.5432.lock'), lines.slice(0, 5).join('\n'));

  const next = await sandbox.join();

  assert.deepEqual(await query(next.address, 'select answer from kept'), [{ answer: 42 }]);
  assert.equal(await next.stop(), 'stopped');
  assert.equal(bystander.exitCode, null);
});

test('Five processes starting at once share one new cluster', patient, async (t) => {
  const sandbox = await openSandbox(t);

  const members = await Promise.all(Array.from({ length: 5 }, () => sandbox.spawnMember()));

  const holder = await holderOf(sandbox);
  assert.deepEqual(
    holder.processes,
    members.map(({ pid }) => pid).toSorted((a, b) => a - b),
  );
  const endings = await Promise.all(members.map((member) => member.stop()));
  assert.equal(await sandbox.holder(), undefined);
  assert.ok(endings.includes('stopped'));
  assert.deepEqual((await readdir(sandbox.data)).toSorted(), ['postgres', 'run']);
});

test('A process that joins while the last one stops gets a new PostgreSQL', patient, async (t) => {
  const sandbox = await openSandbox(t);
  let current = await sandbox.spawnMember();
  for (const delay of [0, 20, 40, 60, 80]) {
    const stopping = current.stop();
    await sleep(delay);

    const next = await sandbox.join();

    assert.deepEqual(await query(next.address, 'select 1 as up'), [{ up: 1 }]);
    await stopping;
    assert.deepEqual(await query(next.address, 'select 1 as up'), [{ up: 1 }]);
    current = await sandbox.spawnMember();
    assert.equal(await next.stop(), 'left running for others');
  }
});

test('A first start that is killed in the middle leaves nothing half made', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const child = sandbox.spawn();
  while (!(await namesIn(sandbox.data)).some((name) => name.includes('.new-'))) await sleep(5);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const before = await namesIn(sandbox.data);

  const next = await sandbox.join();

  assert.ok(!before.includes('postgres'));
  assert.deepEqual(await query(next.address, 'select 1 as up'), [{ up: 1 }]);
  assert.deepEqual((await namesIn(sandbox.data)).toSorted(), ['postgres', 'run']);
});

// The process id of a server process with a session of its own, which dies with PostgreSQL.
async function openSession(address: Embedded['address']): Promise<number> {
  const client = new pg.Client(address);
  client.on('error', () => undefined);
  await client.connect();
  const found = await client.query('select pg_backend_pid() as pid');
  return found.rows[0].pid;
}

async function holderOf(sandbox: Sandbox) {
  const holder = await sandbox.holder();
  assert.ok(holder);
  return holder;
}

async function waitForMembers(sandbox: Sandbox, count: number) {
  while ((await sandbox.holder())?.processes.length !== count) await sleep(20);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}
