import { readFile, stat } from 'node:fs/promises';

/** The system user that PostgreSQL runs as. */
export type User = {
  uid: number;
  gid: number;
  name: string;
  /** True when we are root and PostgreSQL, which refuses to be, runs as somebody else. */
  foreign: boolean;
};

const candidates = ['heddle', 'postgres', 'nobody'];

export async function chooseUser(clusterDirectory: string): Promise<User> {
  const uid = process.getuid?.() ?? 0;
  const owner = await ownerOf(clusterDirectory);
  if (uid !== 0) return ownUser(uid, clusterDirectory, owner?.uid);
  const known = await readUsers();
  if (owner && owner.uid !== 0) {
    return known.find((user) => user.uid === owner.uid) ?? { ...owner, foreign: true };
  }
  for (const name of candidates) {
    const user = known.find((each) => each.name === name && each.uid !== 0);
    if (user) return user;
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is no system user heddle, postgres or nobody ' +
      'in /etc/passwd. Make one (useradd --system heddle), or set DATABASE_URL.',
  );
}

/** The options of spawn that make a process run as the user. */
export function identity(user: User): { uid?: number; gid?: number } {
  return user.foreign ? { uid: user.uid, gid: user.gid } : {};
}

async function ownerOf(directory: string) {
  const found = await stat(directory).catch(() => undefined);
  return found && { uid: found.uid, gid: found.gid, name: `with id ${found.uid}` };
}

function ownUser(uid: number, clusterDirectory: string, owner: number | undefined): User {
  if (owner !== undefined && owner !== uid) {
    throw new Error(
      `${clusterDirectory} belongs to the user with id ${owner}, and this process runs as ${uid}. ` +
        'Run Heddle as that user or as root, or set HEDDLE_DATA to a folder of your own.',
    );
  }
  return { uid, gid: process.getgid?.() ?? uid, name: `with id ${uid}`, foreign: false };
}

async function readUsers(): Promise<User[]> {
  const text = await readFile('/etc/passwd', 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid] = line.split(':');
    if (!name || !uid || !gid) return [];
    return [{ uid: Number(uid) >>> 0, gid: Number(gid) >>> 0, name, foreign: true }];
  });
}
