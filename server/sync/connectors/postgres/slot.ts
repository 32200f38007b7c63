import { createHash } from 'node:crypto';
import { ConnectorError } from '../failure.ts';
import type { Link } from './link.ts';
import { type Lsn, readLsn } from './replication/lsn.ts';

/** The slot of a connection, and its publication: of one name, and nobody else's. */
export function slotNameOf(connection: string): string {
  return `heddle_${createHash('sha256').update(connection).digest('hex').slice(0, 24)}`;
}

export type Slot = {
  /** Everything before is stored at the destinations. */
  readonly stored: Lsn;
  /** Where the server is. */
  readonly now: Lsn;
  /** How much the server keeps for it. */
  readonly bytes: bigint;
  /** As `pg_replication_slots` says it; `lost`: what it has not told yet is gone for good. */
  readonly status: 'reserved' | 'extended' | 'unreserved' | 'lost';
  readonly isActive: boolean;
};

/** Undefined where there is none. https://www.postgresql.org/docs/current/view-pg-replication-slots.html */
export async function slotOf(link: Link, name: string): Promise<Slot | undefined> {
  const { rows } = await link.query(
    `select coalesce(confirmed_flush_lsn, '0/0')::text, coalesce(wal_status, 'lost'), active::text,
       coalesce(pg_catalog.pg_wal_lsn_diff(here, restart_lsn), 0)::bigint::text, here::text
     from pg_catalog.pg_replication_slots cross join (
       select case when pg_catalog.pg_is_in_recovery() then pg_catalog.pg_last_wal_replay_lsn()
         else pg_catalog.pg_current_wal_lsn() end as here) as server
     where slot_name = $1 and database = pg_catalog.current_database() and plugin = 'pgoutput'`,
    [name],
  );
  const [row] = rows;
  if (!row) return undefined;
  const [stored, status, isActive, bytes, now] = row as [string, Slot['status'], ...string[]];
  return {
    ...{ stored: readLsn(stored), now: readLsn(now ?? ''), bytes: BigInt(bytes ?? 0) },
    ...{ status, isActive: isActive === 'true' },
  };
}

/** What is committed from now on is kept for it. @throws ConnectorError, with what to do about it */
export async function makeSlot(link: Link, name: string): Promise<void> {
  await refuseUnready(link);
  try {
    await link.query('select pg_catalog.pg_create_logical_replication_slot($1, $2)', [
      name,
      'pgoutput',
    ]);
  } catch (error) {
    throw explained(error);
  }
}

const looksMax = 100;

/** Ends whoever hears it: one that is frozen would keep it. */
export async function freeSlot(link: Link, name: string): Promise<void> {
  await link.query(
    `select pg_catalog.pg_terminate_backend(active_pid) from pg_catalog.pg_replication_slots
     where slot_name = $1 and active_pid is not null`,
    [name],
  );
  // Who is ended is gone a moment later.
  for (let look = 0; look < looksMax && (await slotOf(link, name))?.isActive; look += 1) {
    await link.query('select pg_catalog.pg_sleep(0.05)');
  }
}

export async function dropSlot(link: Link, name: string): Promise<void> {
  await freeSlot(link, name);
  await link.query(
    `select pg_catalog.pg_drop_replication_slot(slot_name) from pg_catalog.pg_replication_slots
     where slot_name = $1 and database = pg_catalog.current_database()`,
    [name],
  );
}

/** @throws ConnectorError where changes are not kept, or may not be heard */
export async function refuseUnready(link: Link): Promise<void> {
  const { rows } = await link.query(
    `select pg_catalog.current_setting('wal_level'), (rolreplication or rolsuper)::text
     from pg_catalog.pg_roles where rolname = current_user`,
  );
  const [level, mayReplicate] = rows[0] ?? [];
  if (level !== 'logical') {
    throw new ConnectorError(
      'configuration',
      `Changes are told with wal_level = logical only; here it is ${level}. Set it and restart PostgreSQL.`,
    );
  }
  // Managed servers have a role for it in place of the attribute, which only they know of.
  if (mayReplicate !== 'true' && !(await hasManagedRole(link))) {
    throw new ConnectorError(
      'configuration',
      'The user may not replicate: ALTER ROLE … REPLICATION, by an administrator.',
    );
  }
}

async function hasManagedRole(link: Link): Promise<boolean> {
  const { rows } = await link.query(
    `select from pg_catalog.pg_roles
     where rolname in ('rds_replication', 'azure_pg_admin', 'cloudsqlsuperuser')
       and pg_catalog.pg_has_role(current_user, oid, 'member')`,
  );
  return rows.length > 0;
}

function explained(error: unknown): unknown {
  const code = ((error as Error).cause as { code?: string } | undefined)?.code;
  if (code !== '53400') return error;
  const message =
    'All replication slots of the server are in use: raise max_replication_slots, or drop one that nobody needs.';
  return new ConnectorError('configuration', message, { cause: error });
}
