import type { Db } from '../../runtime/database/database.ts';
import type { AlertNotice } from '../syncs/definition.ts';

export type Told = { organization: number; id: string };

/** Of some syncs, of whatever organizations, whom they tell; those that tell nobody are left out. */
export async function selectNotices(db: Db, syncs: readonly Told[]) {
  return db.rows<Told & { notify: AlertNotice[] }>(
    `select s.organization_id as organization, s.id, s.settings->'alerts'->'notify' as notify
     from unnest($1::bigint[], $2::text[]) as t (organization_id, id)
     join sync.sync s on s.organization_id = t.organization_id and s.id = t.id
     where s.settings->'alerts'->'notify' <> '[]'`,
    [syncs.map(({ organization }) => organization), syncs.map(({ id }) => id)],
  );
}
