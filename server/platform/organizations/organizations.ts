import type { Db, Tx } from '../../runtime/database/database.ts';
import { invalid } from '../../runtime/errors.ts';
import { readId, shortId } from '../../runtime/ids.ts';
import { insertOrganization, selectOrganization, selectOrganizations } from './store.ts';

export async function createOrganization(tx: Tx, name: string, now: Date) {
  const id = await insertOrganization(tx, name, now);
  return { id: shortId('organization', id), name };
}

/** All of them, by name. */
export async function listOrganizations(db: Db) {
  const rows = await selectOrganizations(db);
  return rows.map(({ id, name }) => ({ id: shortId('organization', id), name }));
}

/** The integer of an organization that is named by either form of its id. @throws AppError 400 */
export async function findOrganization(db: Db, given: string): Promise<number> {
  const id = readId('organization', given);
  const row = id && (await selectOrganization(db, id));
  if (!row) throw invalid('organization', `there is no organization ${given}.`);
  return row.id;
}
