import type { Agent } from '../../platform/objects.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import type { SealedColumn } from '../../runtime/secrets/secrets.ts';
import type { Page } from '../conventions/lists.ts';

export type ConnectionRow = {
  organization_id: number;
  id: string;
  provider: string;
  /** Of an extension; null for what is built in, and where the extension was deleted. */
  provider_version: string | null;
  name: string;
  config: Record<string, unknown>;
  sealed_credentials: Buffer | null;
  /** Who acts, where it leads to a product of this server. */
  agent: Agent | null;
  status: 'active' | 'pending' | 'error';
  health: 'healthy' | 'unhealthy' | 'unknown';
  health_message: string | null;
  checked_at: Date | null;
  version: number;
  created_at: Date;
  updated_at: Date;
};

const columns = `organization_id, id, provider, provider_version, name, config, sealed_credentials, agent, status,
  health, health_message, checked_at, version, created_at, updated_at`;
const batchMax = 100;

export async function insertConnection(
  tx: Tx,
  organization: number,
  connection: Pick<
    ConnectionRow,
    | 'id'
    | 'provider'
    | 'provider_version'
    | 'name'
    | 'config'
    | 'sealed_credentials'
    | 'agent'
    | 'status'
    | 'health_message'
  >,
  now: Date,
): Promise<ConnectionRow> {
  const { id, provider, provider_version, name, config, sealed_credentials, agent, status } =
    connection;
  const [row] = await tx.rows<ConnectionRow>(
    `insert into sync.connection (organization_id, id, provider, name, config, sealed_credentials,
       agent, status, health, created_at, updated_at, health_message, provider_version)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'unknown', $9, $9, $10, $11) returning ${columns}`,
    [
      organization,
      id,
      provider,
      name,
      JSON.stringify(config),
      sealed_credentials,
      agent && JSON.stringify(agent),
      status,
      now,
      connection.health_message,
      provider_version,
    ],
  );
  return row as ConnectionRow;
}

/** How many connections of a provider there have been named after it. */
export async function countConnections(tx: Tx, organization: number, provider: string) {
  const [row] = await tx.rows<{ count: number }>(
    `select count(*)::int as count from sync.connection
     where organization_id = $1 and provider = $2`,
    [organization, provider],
  );
  return row?.count ?? 0;
}

export async function selectConnections(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<ConnectionRow>(
    `select ${columns} from sync.connection
     where organization_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectConnection(
  db: Db,
  organization: number,
  id: string,
): Promise<ConnectionRow | undefined> {
  const [row] = await db.rows<ConnectionRow>(
    `select ${columns} from sync.connection where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

/** So that it is not deleted before what names it is committed. */
export async function holdConnection(
  tx: Tx,
  organization: number,
  id: string,
): Promise<ConnectionRow | undefined> {
  const [row] = await tx.rows<ConnectionRow>(
    `select ${columns} from sync.connection where organization_id = $1 and id = $2 for key share`,
    [organization, id],
  );
  return row;
}

export async function lockConnection(
  tx: Tx,
  organization: number,
  id: string,
): Promise<ConnectionRow | undefined> {
  const [row] = await tx.rows<ConnectionRow>(
    `select ${columns} from sync.connection where organization_id = $1 and id = $2 for update`,
    [organization, id],
  );
  return row;
}

export async function updateConnection(
  tx: Tx,
  organization: number,
  row: ConnectionRow,
  now: Date,
): Promise<ConnectionRow> {
  const { id, name, config, sealed_credentials, agent, status, health, health_message } = row;
  const [updated] = await tx.rows<ConnectionRow>(
    `update sync.connection set name = $3, config = $4, sealed_credentials = $5, status = $6,
       agent = $7, version = version + 1, updated_at = $8, health = $9, health_message = $10,
       provider_version = $11
     where organization_id = $1 and id = $2 returning ${columns}`,
    [
      organization,
      id,
      name,
      JSON.stringify(config),
      sealed_credentials,
      status,
      agent && JSON.stringify(agent),
      now,
      health,
      health_message,
      row.provider_version,
    ],
  );
  return updated as ConnectionRow;
}

/** What a person has given, in place of what was there; nothing else has changed by it. */
export async function updateGrant(tx: Tx, organization: number, id: string, sealed: Buffer) {
  await tx.rows(
    'update sync.connection set sealed_credentials = $3 where organization_id = $1 and id = $2',
    [organization, id, sealed],
  );
}

export type Looked = Pick<ConnectionRow, 'status' | 'health' | 'health_message'>;

/** What a look at the system has shown; nothing when the connection has changed since. */
export async function updateHealth(
  tx: Tx,
  organization: number,
  { id, version }: Pick<ConnectionRow, 'id' | 'version'>,
  { status, health, health_message }: Looked,
  now: Date,
): Promise<ConnectionRow | undefined> {
  const [row] = await tx.rows<ConnectionRow>(
    `update sync.connection
     set status = $4, health = $5, health_message = $6, checked_at = $7
     where organization_id = $1 and id = $2 and version = $3 returning ${columns}`,
    [organization, id, version, status, health, health_message, now],
  );
  return row;
}

/** Those of a version of an extension, which is deleted. */
export async function updateOrphans(
  tx: Tx,
  organization: number,
  { provider, version }: { provider: string; version: string },
  message: string,
  now: Date,
): Promise<(ConnectionRow & { before: ConnectionRow['health'] })[]> {
  return tx.rows(
    `update sync.connection set provider_version = null, status = 'error', health = 'unhealthy',
       health_message = $4, version = connection.version + 1, updated_at = $5
     from (select organization_id as own, id as one, health as before from sync.connection
       where organization_id = $1 and provider = $2 and provider_version = $3 for update) as was
     where organization_id = was.own and id = was.one returning before, ${columns}`,
    [organization, provider, version, message, now],
  );
}

export async function deleteConnection(tx: Tx, organization: number, id: string) {
  const gone = await tx.rows(
    'delete from sync.connection where organization_id = $1 and id = $2 returning id',
    [organization, id],
  );
  return gone.length > 0;
}

/** The private keys that the credentials name, in place of those before. */
export async function replaceKeys(
  tx: Tx,
  organization: number,
  id: string,
  keys: readonly string[],
): Promise<void> {
  await tx.rows(
    `delete from sync.connection_key where organization_id = $1 and connection_id = $2
       and private_key_id <> all($3)`,
    [organization, id, keys],
  );
  await tx.rows(
    `insert into sync.connection_key (organization_id, connection_id, private_key_id)
     select $1, $2, unnest($3::text[]) on conflict do nothing`,
    [organization, id, keys],
  );
}

/** Those that were looked at longest ago, of all organizations. */
export async function selectDueConnections(
  db: Db,
  { before, limit }: { before: Date; limit: number },
): Promise<ConnectionRow[]> {
  return db.rows<ConnectionRow>(
    `select ${columns} from sync.connection
     where status <> 'pending' and (checked_at is null or checked_at < $1)
     order by checked_at nulls first limit $2`,
    [before, limit],
  );
}

/** For when the master key is replaced. */
export const credentialsColumn: SealedColumn = {
  name: 'sync.connection',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ id: string; sealed_credentials: Buffer }>(
      `select id, sealed_credentials from sync.connection
       where id > $1 and sealed_credentials is not null order by id limit $2 for update`,
      [key, batchMax],
    );
    return rows.map(({ id, sealed_credentials: sealed }) => ({
      key: id,
      context: contextOf(id),
      sealed,
    }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.connection set sealed_credentials = $2 where id = $1', [
      key,
      sealed,
    ]);
  },
};

/** The only place where sealed credentials may be opened again. */
export function contextOf(id: string): string {
  return `sync.connection ${id}`;
}
