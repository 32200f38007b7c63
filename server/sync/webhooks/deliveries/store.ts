import type { Db, Tx } from '../../../runtime/database/database.ts';

/** One attempt; `response` is the base64 of what was encrypted. */
export type Attempt = {
  at: string;
  status: number | null;
  duration_ms: number;
  error: string | null;
  response?: string;
};

export type DeliveryRow = {
  id: string;
  number: number;
  webhook_id: string;
  event_id: string;
  type: string;
  status: 'pending' | 'succeeded' | 'failed';
  due_at: Date | null;
  attempts: Attempt[];
  created_at: Date;
};
/** `salt` is null where what it told is not kept any more. */
export type ShownDelivery = DeliveryRow & { salt: Buffer | null };

export type NewEvent = {
  id: string;
  subject: string | null;
  salt: Buffer;
  encrypted: Buffer;
  /** How deep what it tells stands. */
  depth: number;
  created_at: Date;
};
export type NewDelivery = { id: string; webhook_id: string; event_id: string; type: string };

const kept =
  'd.organization_id, d.id, d.webhook_id, d.number, d.event_id, d.type, d.attempts, d.created_at';
/** What is to be sent is one table, what was is another. */
const due = `select ${kept}, 'pending' as status, d.due_at from sync.delivery_due d`;
const settled = `select ${kept}, d.status, null::timestamptz as due_at from sync.delivery d`;

export function insertEvents(tx: Tx, organization: number, events: readonly NewEvent[]): void {
  const of = <Name extends keyof NewEvent>(name: Name) => events.map((event) => event[name]);
  tx.write(
    `insert into sync.webhook_event
       (organization_id, id, subject, salt, encrypted, depth, created_at)
     select $1, * from unnest($2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::integer[],
       $7::timestamptz[])`,
    [
      ...[organization, of('id'), of('subject'), of('salt'), of('encrypted')],
      ...[of('depth'), of('created_at')],
    ],
  );
}

/** In the order in which they are given. */
export function insertDeliveries(
  tx: Tx,
  organization: number,
  deliveries: readonly NewDelivery[],
  now: Date,
): void {
  tx.write(
    `insert into sync.delivery_due (organization_id, id, webhook_id, event_id, type, created_at)
     select $1, id, webhook_id, event_id, type, $3
     from rows from (jsonb_to_recordset($2::jsonb)
       as (id text, webhook_id text, event_id text, type text))
       with ordinality as d (id, webhook_id, event_id, type, place)
     order by place`,
    [organization, JSON.stringify(deliveries), now],
  );
}

/** The newest first. */
export async function selectDeliveries(
  db: Db,
  organization: number,
  webhook: string,
  { after, limit, status }: { after: number | null; limit: number; status: string | null },
): Promise<ShownDelivery[]> {
  const newest = (from: string, which: string) =>
    `(${from} where d.organization_id = $1 and d.webhook_id = $2 and ${which}
        and ($3::bigint is null or d.number < $3) order by d.number desc limit $4)`;
  // Each has an index, or is of what is there in large numbers.
  const parts = {
    pending: [newest(due, 'd.due_at is null'), newest(due, 'd.due_at is not null')],
    succeeded: [newest(settled, `d.status = 'succeeded'`)],
    failed: [newest(settled, `d.status = 'failed'`)],
  };
  const all = [...parts.pending, newest(settled, 'true')];
  const chosen = Object.hasOwn(parts, status ?? '') ? parts[status as keyof typeof parts] : all;
  return db.rows<ShownDelivery>(
    `select d.*, e.salt from (${chosen.join(' union all ')}) d
     left join sync.webhook_event e on e.organization_id = d.organization_id and e.id = d.event_id
     order by d.number desc limit $4`,
    [organization, webhook, after, limit],
  );
}

export async function selectDelivery(
  db: Db,
  organization: number,
  webhook: string,
  id: string,
): Promise<(ShownDelivery & { encrypted: Buffer | null }) | undefined> {
  const [row] = await db.rows<ShownDelivery & { encrypted: Buffer | null }>(
    `select d.*, e.salt, e.encrypted from (${due} union all ${settled}) d
     left join sync.webhook_event e on e.organization_id = d.organization_id and e.id = d.event_id
     where d.organization_id = $1 and d.webhook_id = $2 and d.id = $3`,
    [organization, webhook, id],
  );
  return row;
}

const moving = 'organization_id, id, webhook_id, number, event_id, type, attempts, created_at';

/** Are due now, whatever came of them before. */
export async function updateAgain(
  tx: Tx,
  organization: number,
  ids: readonly string[],
  now: Date,
): Promise<void> {
  await tx.rows(
    `with moved as (
       delete from sync.delivery where organization_id = $1 and id = any($2) returning *),
     again as (
       insert into sync.delivery_due (${moving}, due_at) select ${moving}, $3 from moved)
     update sync.delivery_due set due_at = $3, began_at = null, failures = 0
     where organization_id = $1 and id = any($2)`,
    [organization, ids, now],
  );
}

export type SettledDelivery = Pick<
  DeliveryRow,
  'id' | 'number' | 'event_id' | 'type' | 'created_at'
> & {
  /** When it was sent last. */
  sent_at: Date | null;
  /** Null where what it told is not kept any more. */
  salt: Buffer | null;
  /** Of what it told. */
  bytes: number;
};

/** The next that nothing more comes of, in their order; nobody sends them again meanwhile. */
export async function lockSettled(
  tx: Tx,
  organization: number,
  webhook: string,
  failedOnly: boolean,
  { after, limit }: { after: number; limit: number },
): Promise<SettledDelivery[]> {
  return tx.rows<SettledDelivery>(
    `select d.id, d.number, d.event_id, d.type, d.created_at, e.salt,
       (d.attempts->-1->>'at')::timestamptz as sent_at,
       coalesce(octet_length(e.encrypted), 0) as bytes
     from sync.delivery d left join sync.webhook_event e
       on e.organization_id = d.organization_id and e.id = d.event_id
     where d.organization_id = $1 and d.webhook_id = $2 and d.number > $3
       and ${failedOnly ? `d.status = 'failed'` : 'true'}
     order by d.number limit $4 for update of d`,
    [organization, webhook, after, limit],
  );
}

/** What some events tell, as it is kept; those that are gone are not among them. */
export async function selectTold(
  db: Db,
  organization: number,
  events: readonly string[],
): Promise<{ id: string; encrypted: Buffer; depth: number }[]> {
  return db.rows(
    'select id, encrypted, depth from sync.webhook_event where organization_id = $1 and id = any($2)',
    [organization, events],
  );
}

/** What was told of somebody or something that is gone; what was answered to it goes with it. */
export async function deleteEventsOf(tx: Tx, organization: number, subject: string): Promise<void> {
  await tx.rows('delete from sync.webhook_event where organization_id = $1 and subject = $2', [
    organization,
    subject,
  ]);
}
