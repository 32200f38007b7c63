import type { Agent } from '../../platform/objects.ts';
import type { Db, Tx } from '../../runtime/database/database.ts';
import type { SealedColumn } from '../../runtime/secrets/secrets.ts';
import type { Page } from '../conventions/lists.ts';

export type WebhookRow = {
  organization_id: number;
  id: string;
  url: string;
  description: string;
  events: string[];
  enabled: boolean;
  filter_connection_id: string | null;
  filter_sync_id: string | null;
  filter_object: string | null;
  max_in_flight: number;
  agent: Agent | null;
  header_names: string[];
  sealed: Buffer;
  previous_until: Date | null;
  disabled_at: Date | null;
  disabled_reason: string | null;
  version: number;
  created_at: Date;
  updated_at: Date;
};
export type ShownWebhook = WebhookRow & { failing_since: Date | null };

/** What whoever makes or changes one decides. */
export type WebhookSettings = Omit<
  WebhookRow,
  'organization_id' | 'version' | 'created_at' | 'updated_at'
>;

const names = [
  'url',
  'description',
  'events',
  'enabled',
  'filter_connection_id',
  'filter_sync_id',
  'filter_object',
  'max_in_flight',
  'agent',
  'header_names',
  'sealed',
  'previous_until',
  'disabled_at',
  'disabled_reason',
] as const;
const settings = names.join(', ');
export const webhookColumns = ['organization_id', 'id', ...names, 'version', 'created_at']
  .concat('updated_at')
  .map((name) => `w.${name}`)
  .join(', ');
const shown = `select ${webhookColumns}, s.failing_since
  from sync.webhook w left join sync.webhook_sending s
    on s.organization_id = w.organization_id and s.webhook_id = w.id
  where w.organization_id = $1`;
const batchMax = 100;

export async function insertWebhook(
  tx: Tx,
  organization: number,
  row: WebhookSettings,
  now: Date,
): Promise<ShownWebhook> {
  const places = names.map((_, at) => `$${at + 4}`).join(', ');
  const [inserted] = await tx.rows<WebhookRow>(
    `insert into sync.webhook as w (organization_id, id, created_at, updated_at, ${settings})
     values ($1, $2, $3, $3, ${places}) returning ${webhookColumns}`,
    [organization, row.id, now, ...valuesOf(row)],
  );
  tx.write('insert into sync.webhook_sending (organization_id, webhook_id) values ($1, $2)', [
    organization,
    row.id,
  ]);
  return { ...(inserted as WebhookRow), failing_since: null };
}

export async function selectWebhooks(db: Db, organization: number, { after, limit }: Page) {
  return db.rows<ShownWebhook>(
    `${shown} and ($2::text is null or w.id < $2) order by w.id desc limit $3`,
    [organization, after, limit],
  );
}

export async function selectWebhook(
  db: Db,
  organization: number,
  id: string,
): Promise<ShownWebhook | undefined> {
  const [row] = await db.rows<ShownWebhook>(`${shown} and w.id = $2`, [organization, id]);
  return row;
}

export async function lockWebhook(
  tx: Tx,
  organization: number,
  id: string,
): Promise<ShownWebhook | undefined> {
  const [row] = await tx.rows<ShownWebhook>(`${shown} and w.id = $2 for update of w`, [
    organization,
    id,
  ]);
  return row;
}

/** The types of what waits for it. */
export async function selectWaitingTypes(
  db: Db,
  organization: number,
  id: string,
): Promise<string[]> {
  // Both have an index, and what waits for others is not looked at.
  const waiting =
    'select type from sync.delivery_due where organization_id = $1 and webhook_id = $2';
  const rows = await db.rows<{ type: string }>(
    `${waiting} and due_at is null union ${waiting} and due_at is not null`,
    [organization, id],
  );
  return rows.map(({ type }) => type);
}

export async function updateWebhook(
  tx: Tx,
  organization: number,
  row: WebhookSettings,
  now: Date,
): Promise<WebhookRow> {
  const changes = names.map((name, at) => `${name} = $${at + 4}`).join(', ');
  const [updated] = await tx.rows<WebhookRow>(
    `update sync.webhook w set updated_at = $3, version = w.version + 1, ${changes}
     where w.organization_id = $1 and w.id = $2 returning ${webhookColumns}`,
    [organization, row.id, now, ...valuesOf(row)],
  );
  return updated as WebhookRow;
}

export async function deleteWebhook(tx: Tx, organization: number, id: string): Promise<boolean> {
  const gone = await tx.rows(
    'delete from sync.webhook where organization_id = $1 and id = $2 returning id',
    [organization, id],
  );
  return gone.length > 0;
}

/** It is tried at once, and what went wrong before says nothing any more. */
export function forgetFailures(tx: Tx, organization: number, id: string): void {
  tx.write(
    `update sync.webhook_sending set strikes = 0, paused_until = null, failing_since = null,
       failures = 0, is_slow = false
     where organization_id = $1 and webhook_id = $2`,
    [organization, id],
  );
}

/**
 * It is tried at once; how it has gone so far is not forgotten. As after a change, what is under way at the
 * moment says nothing of that any more.
 */
export function endPause(tx: Tx, organization: number, id: string): void {
  tx.write('update sync.webhook set version = version + 1 where organization_id = $1 and id = $2', [
    organization,
    id,
  ]);
  tx.write(
    `update sync.webhook_sending set paused_until = null
     where organization_id = $1 and webhook_id = $2`,
    [organization, id],
  );
}

/** In a copy: what it would send may have been sent from where it was made. */
export async function holdWebhooks(db: Db): Promise<void> {
  await db.rows(
    `update sync.webhook set enabled = false, version = version + 1, disabled_at = now(),
       disabled_reason = 'The database was restored as a copy; enable it to send from here.'
     where enabled`,
  );
}

function valuesOf(row: WebhookSettings): unknown[] {
  return names.map((name) =>
    name === 'agent' && row.agent ? JSON.stringify(row.agent) : row[name],
  );
}

/** For when the master key is replaced. */
export const webhookColumn: SealedColumn = {
  name: 'sync.webhook',
  async selectBatch(tx, key) {
    const rows = await tx.rows<{ id: string; sealed: Buffer }>(
      'select id, sealed from sync.webhook where id > $1 order by id limit $2 for update',
      [key, batchMax],
    );
    return rows.map(({ id, sealed }) => ({ key: id, context: contextOf(id), sealed }));
  },
  async update(tx, { key, sealed }) {
    await tx.rows('update sync.webhook set sealed = $2 where id = $1', [key, sealed]);
  },
};

/** The only place where what is sealed of a webhook may be opened again. */
export function contextOf(id: string): string {
  return `sync.webhook ${id}`;
}

/** Those of some organizations that are told of what happens. */
export async function selectEnabledWebhooks(
  db: Db,
  organizations: readonly number[],
): Promise<WebhookRow[]> {
  return db.rows<WebhookRow>(
    `select ${webhookColumns} from sync.webhook w
     where w.organization_id = any($1) and w.enabled order by w.organization_id, w.id`,
    [organizations],
  );
}
