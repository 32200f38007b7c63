import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { makeDatabase } from '../../testing/database.ts';
import { makeFolder } from '../../testing/folder.ts';
import { type Environment, heddleJson } from '../../testing/heddle.ts';
import { makeOrganization } from '../../testing/practice.ts';

type Scope = Parameters<typeof makeDatabase>[0];

export type Scene = { environment: Environment; organization: string; folder: string };

/** An organization with a folder of its own, and an environment in which commands work on it. */
export async function makeScene(scope: Scope): Promise<Scene> {
  const database = await makeDatabase(scope);
  const data = await makeFolder(scope);
  const environment = {
    DATABASE_URL: database.url,
    HEDDLE_DATA: data,
    HEDDLE_FILES_DIR: join(data, 'connected'),
    HEDDLE_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  };
  const organization = await makeOrganization(environment);
  const folder = join(environment.HEDDLE_FILES_DIR, organization);
  await mkdir(folder, { recursive: true });
  return { environment, organization, folder };
}

/** A SQLite file of the scene, changed by `sql`. */
export function change({ folder }: Scene, file: string, sql: string): void {
  const database = new DatabaseSync(join(folder, file));
  database.exec(sql);
  database.close();
}

/** A connection to a SQLite file of the scene, which is made when it is not there. */
export async function connect(scene: Scene, name: string): Promise<string> {
  change(scene, `${name}.db`, 'select 1');
  const { id } = await heddleJson<{ id: string }>(
    [
      ...['connection', 'create', '--organization', scene.organization, '--provider', 'sqlite'],
      ...['--name', name, '--config', `path=${name}.db`],
    ],
    scene.environment,
  );
  return id;
}
