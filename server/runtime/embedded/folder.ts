import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { canEnter, closedFolderAbove } from './access.ts';
import { codeOf } from './refusal.ts';
import { chooseUser, type User } from './user.ts';

export const port = 5432;

// sockaddr_un holds 104 bytes on macOS and 108 on Linux.
const socketPathBytesMax = 100;

/** The places of one embedded PostgreSQL, and the user who may use them. */
export type Folder = {
  data: string;
  cluster: string;
  sockets: string;
  user: User;
};

/** Makes the data folder and the socket folder when absent, and checks both. */
export async function prepareFolder(dataDirectory: string): Promise<Folder> {
  await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
  const folder = await locateFolder(dataDirectory);
  await openDataDirectory(folder);
  await prepareSockets(folder);
  return folder;
}

export async function locateFolder(dataDirectory: string): Promise<Folder> {
  const data = await realpath(dataDirectory);
  const cluster = join(data, 'postgres');
  return { data, cluster, sockets: socketDirectory(data), user: await chooseUser(cluster) };
}

function socketDirectory(data: string): string {
  const near = join(data, 'run');
  const path = join(near, `.s.PGSQL.${port}`);
  if (Buffer.byteLength(path) <= socketPathBytesMax) return near;
  return `/tmp/heddle-${createHash('sha256').update(data).digest('hex').slice(0, 16)}`;
}

async function openDataDirectory({ data, user }: Folder) {
  const owner = (await stat(data)).uid;
  const own = process.getuid?.();
  if (user.foreign && owner !== user.uid) await chmod(data, 0o711);
  if (!user.foreign && owner === own) await chmod(data, 0o700);
  if (!user.foreign) return;
  const closed = await closedFolderAbove(data, user);
  const barrier = closed ?? ((await canEnter(data, user)) ? undefined : data);
  if (!barrier) return;
  throw new Error(
    `PostgreSQL does not run as root but as the user ${user.name}, who can't enter ${barrier}. ` +
      `Set HEDDLE_DATA to a folder that ${user.name} can reach (now ${data}), ` +
      `or allow it: chmod a+x ${barrier}`,
  );
}

async function prepareSockets({ sockets, user }: Folder) {
  await mkdir(sockets, { mode: 0o700 }).catch((error: unknown) => {
    if (codeOf(error) !== 'EEXIST') throw error;
  });
  const found = await lstat(sockets);
  const ownedByUs = found.uid === user.uid || (user.foreign && found.uid === 0);
  if (!found.isDirectory() || !ownedByUs) {
    throw new Error(
      `${sockets} must be a folder of the user ${user.name}, for PostgreSQL's socket, and is ` +
        `${found.isDirectory() ? `one of the user with id ${found.uid}` : 'something else'}. ` +
        'Remove it, or set HEDDLE_DATA to another folder.',
    );
  }
  if (found.uid !== user.uid) await chown(sockets, user.uid, user.gid);
  if ((found.mode & 0o777) !== 0o700) await chmod(sockets, 0o700);
}
