import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { databaseFolder } from '../../../runtime/testing/folder.ts';
import type { Session } from '../connector.ts';
import { sqlite } from '../sqlite/index.ts';
import { openOutside } from './outside.ts';

/** A database of SQLite in a folder of its own. */
export async function makeFile() {
  const folder = await mkdtemp(join(databaseFolder, 'heddle-sqlite-'));
  const path = join(folder, 'data.db');
  const admin = new DatabaseSync(path, { readBigInts: true, enableForeignKeyConstraints: false });
  admin.exec('pragma journal_mode = wal');
  const outside = openOutside();
  const sessions: Session[] = [];
  return {
    admin,
    open: async () => {
      const session = await sqlite.open({ config: { path }, credentials: {} }, outside);
      sessions.push(session);
      return session;
    },
    end: async () => {
      await Promise.all(sessions.map((session) => session.close()));
      admin.close();
      await outside.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
