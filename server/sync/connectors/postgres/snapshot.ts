import { randomBytes } from 'node:crypto';
import type { Link } from './link.ts';
import { type Lsn, readLsn } from './replication/lsn.ts';

/**
 * On a connection for replication: a state that other connections can read, as long as nothing else is
 * asked of this one; a slot tells all that is later. Waits for the transactions that are under way.
 * https://www.postgresql.org/docs/current/protocol-replication.html
 */
export async function exportSnapshot(link: Link): Promise<{ at: Lsn; snapshot: string }> {
  const name = `heddle_join_${randomBytes(8).toString('hex')}`;
  const { rows } = await link.query(
    `CREATE_REPLICATION_SLOT "${name}" TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT`,
  );
  const [, at, snapshot] = rows[0] as [string, string, string];
  return { at: readLsn(at), snapshot };
}
