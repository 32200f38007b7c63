import type { Db, Tx } from '../../runtime/database/database.ts';
import type { SealedColumn } from '../../runtime/secrets/secrets.ts';
import type { Manifest } from '../connectors/extension/session.ts';
import { type User, usersMax } from '../conventions/in-use.ts';
import type { Page } from '../conventions/lists.ts';

export type ExtensionRow = {
  organization_id: number;
  id: string;
  provider: string;
  version: string;
  name: string;
  type: 'http' | 'javascript';
  url: string | null;
  manifest: Manifest;
  sealed_secrets: Buffer | null;
  created_at: Date;
  updated_at: Date;
};

/** All but the code, which is large. */
const columns = `organization_id, id, provider, version, name, type, url, manifest, sealed_secrets,
  created_at, updated_at`;
const batchMax = 100;

type ToStore = Omit<ExtensionRow, 'organization_id' | 'created_at' | 'updated_at'> & {
  code: string | null;
};

/** Undefined: the provider has this version. */
export async function insertExtension(tx: Tx, organization: number, given: ToStore, now: Date) {
  const [row] = await tx.rows<ExtensionRow>(
    `insert into sync.extension (organization_id, id, provider, version, name, type, url, code,
       manifest, sealed_secrets, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)
     on conflict (organization_id, provider, version) do nothing returning ${columns}`,
    [
      organization,
      given.id,
      given.provider,
      given.version,
      given.name,
      given.type,
      given.url,
      given.code,
      JSON.stringify(given.manifest),
      given.sealed_secrets,
      now,
    ],
  );
  return row;
}

export async function updateExtension(
  tx: Tx,
  organization: number,
  { id, name, url, manifest, sealed_secrets }: ExtensionRow,
  now: Date,
): Promise<ExtensionRow> {
  const [row] = await tx.rows<ExtensionRow>(
    `update sync.extension set name = $3, url = $4, manifest = $5, sealed_secrets = $6,
       updated_at = $7
     where organization_id = $1 and id = $2 returning ${columns}`,
    [organization, id, name, url, JSON.stringify(manifest), sealed_secrets, now],
  );
  return row as ExtensionRow;
}

export async function selectExtensions(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<ExtensionRow>(
    `select ${columns} from sync.extension
     where organization_id = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectExtension(
  db: Db,
  organization: number,
  id: string,
): Promise<ExtensionRow | undefined> {
  const [row] = await db.rows<ExtensionRow>(
    `select ${columns} from sync.extension where organization_id = $1 and id = $2`,
    [organization, id],
  );
  return row;
}

export async function lockExtension(
  tx: Tx,
  organization: number,
  id: string,
): Promise<ExtensionRow | undefined> {
  const [row] = await tx.rows<ExtensionRow>(
    `select ${columns} from sync.extension where organization_id = $1 and id = $2 for update`,
    [organization, id],
  );
  return row;
}

export async function selectCode(db: Db, organization: number, id: string) {
  const [row] = await db.rows<{ code: string | null }>(
    'select code from sync.extension where organization_id = $1 and id = $2',
    [organization, id],
  );
  return row?.code ?? undefined;
}

export async function selectVersion(
  db: Db,
  organization: number,
  { provider, version }: Pick<ExtensionRow, 'provider' | 'version'>,
): Promise<ExtensionRow | undefined> {
  const [row] = await db.rows<ExtensionRow>(
    `select ${columns} from sync.extension
     where organization_id = $1 and provider = $2 and version = $3`,
    [organization, provider, version],
  );
  return row;
}

/** So that it is not deleted before what names it is committed. */
export async function holdVersion(
  tx: Tx,
  organization: number,
  { provider, version }: Pick<ExtensionRow, 'provider' | 'version'>,
): Promise<boolean> {
  const rows = await tx.rows(
    `select from sync.extension
     where organization_id = $1 and provider = $2 and version = $3 for key share`,
    [organization, provider, version],
  );
  return rows.length > 0;
}

export type Version = Pick<ExtensionRow, 'provider' | 'version'>;

/** All of an organization, or those of one provider. */
export async function selectVersions(db: Db, organization: number, provider?: string) {
  return db.rows<Version>(
    `select provider, version from sync.extension
     where organization_id = $1 and ($2::text is null or provider = $2) order by provider, version`,
    [organization, provider ?? null],
  );
}

/** Some connections of a version. */
export function selectUsers(
  db: Db,
  organization: number,
  { provider, version }: Version,
): Promise<User[]> {
  return db.rows<User>(
    `select id, name from sync.connection
     where organization_id = $1 and provider = $2 and provider_version = $3
     order by id limit ${usersMax}`,
    [organization, provider, version],
  );
}

export async function deleteExtension(tx: Tx, organization: number, id: string): Promise<void> {
  await tx.rows('delete from sync.extension where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
}

/** For when the master key is replaced. */
export const extensionSecretsColumn: SealedColumn = {
  name: 'sync.extension',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ id: string; sealed_secrets: Buffer }>(
      `select id, sealed_secrets from sync.extension
       where id > $1 and sealed_secrets is not null order by id limit $2 for update`,
      [key, batchMax],
    );
    return rows.map(({ id, sealed_secrets: sealed }) => ({
      key: id,
      context: contextOf(id),
      sealed,
    }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.extension set sealed_secrets = $2 where id = $1', [key, sealed]);
  },
};

/** The only place where sealed secrets may be opened again. */
export function contextOf(id: string): string {
  return `sync.extension ${id}`;
}
