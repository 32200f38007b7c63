import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { Attempt } from '../deliveries/store.ts';
import { type WebhookRow, webhookColumns } from '../store.ts';
import type { Circuit } from './circuit.ts';

export const leaseSeconds = 20;
export const attemptsKept = 20;

/** A webhook that this process sends to, until another has a higher fence. */
export type Claim = WebhookRow & Circuit & { fence: number };

const circuitColumns = ['is_slow', 'strikes', 'paused_until', 'failing_since', 'failures'] as const;
const lease = `clock_timestamp() + make_interval(secs => ${leaseSeconds})`;
const due = (of: string) => `d.organization_id = ${of}.organization_id
  and d.webhook_id = ${of}.webhook_id`;

/** Those with something due that wait longest, of all organizations: the quick or the slow ones. */
export async function claimWebhooks(
  tx: Tx,
  { now, isSlow, limit }: { now: Date; isSlow: boolean; limit: number },
): Promise<Claim[]> {
  return tx.rows<Claim>(
    `with chosen as (
       select s.organization_id, s.webhook_id from sync.webhook_sending s
       join sync.webhook w on w.organization_id = s.organization_id and w.id = s.webhook_id
       where w.enabled and s.is_slow = $2 and s.lease_until <= clock_timestamp()
         and (s.paused_until is null or s.paused_until <= $1)
         and (exists (select from sync.delivery_due d where ${due('s')} and d.due_at is null)
           or exists (select from sync.delivery_due d where ${due('s')} and d.due_at <= $1))
       order by s.lease_until limit $3 for update of s skip locked)
     update sync.webhook_sending s set lease_until = ${lease},
       -- As high as the time: a database that was restored must not come after what it knew before.
       fence = greatest(s.fence + 1, (extract(epoch from clock_timestamp()) * 1000)::bigint)
     from chosen c
     join sync.webhook w on w.organization_id = c.organization_id and w.id = c.webhook_id
     where s.organization_id = c.organization_id and s.webhook_id = c.webhook_id
     returning ${webhookColumns}, s.fence, s.is_slow, s.strikes, s.paused_until, s.failing_since,
       s.failures`,
    [now, isSlow, limit],
  );
}

/** Says that this process still has them; what was given back meanwhile stays free. */
export async function renewClaims(
  tx: Tx,
  claims: readonly Pick<Claim, 'organization_id' | 'id' | 'fence'>[],
): Promise<void> {
  await tx.rows(
    `update sync.webhook_sending s set lease_until = ${lease}
     from unnest($1::bigint[], $2::text[], $3::bigint[]) as c (organization_id, id, fence)
     where s.organization_id = c.organization_id and s.webhook_id = c.id and s.fence = c.fence
       and s.lease_until > clock_timestamp()`,
    [
      claims.map(({ organization_id }) => organization_id),
      claims.map(({ id }) => id),
      claims.map(({ fence }) => fence),
    ],
  );
}

export type DueDelivery = {
  id: string;
  number: number;
  event_id: string;
  /** Null: it was never tried. */
  due_at: Date | null;
  failures: number;
  began_at: Date | null;
  /** Null where what it told is gone. */
  salt: Buffer | null;
};

type Due = { now: Date; limit: number; bytes: number; after?: number | null | undefined };

/**
 * What is due next: of those that are sent again no more than half, then the others in their order; no
 * more than fits. Nothing once the webhook was changed. `after`: of those that were never tried only, what
 * comes after a number.
 */
export async function selectDue(
  db: Db,
  { organization_id, id, version }: Pick<Claim, 'organization_id' | 'id' | 'version'>,
  { now, limit, bytes, after = null }: Due,
): Promise<DueDelivery[]> {
  return db.rows<DueDelivery>(
    `with due as (
       (select d.*, 0 as place from sync.delivery_due d
        where d.organization_id = $1 and d.webhook_id = $2 and d.due_at <= $4 and $7::bigint is null
        order by d.due_at, d.number limit ($5 + 1) / 2)
       union all
       (select d.*, 1 as place from sync.delivery_due d
        where d.organization_id = $1 and d.webhook_id = $2 and d.due_at is null
          and ($7::bigint is null or d.number > $7)
        order by d.number limit $5))
     select id, number, event_id, due_at, failures, began_at, salt from (
       select d.id, d.event_id, d.failures, d.began_at, d.place, d.due_at, d.number, e.salt,
         row_number() over earlier as rank,
         sum(coalesce(octet_length(e.encrypted), 0)) over earlier as bytes
       from due d
       left join sync.webhook_event e
         on e.organization_id = $1 and e.id = d.event_id
       where exists (
         select from sync.webhook w
         where w.organization_id = $1 and w.id = $2 and w.version = $3 and w.enabled)
       window earlier as (order by d.place, d.due_at, d.number)) d
     where rank <= $5 and (rank = 1 or bytes <= $6)
     order by rank`,
    [organization_id, id, version, now, limit, bytes, after],
  );
}

/** What came of a delivery for now. */
export type Outcome = {
  id: string;
  status: 'pending' | 'succeeded' | 'failed';
  due_at: Date | null;
  began_at: Date | null;
  failures: number;
  attempt: Attempt | null;
};

/**
 * Stores what came of some deliveries, and how it goes with the endpoint, unless somebody has changed the
 * webhook or let it be tried meanwhile; `isLast`: another may have it. Answers whether this process still
 * had it: otherwise nothing is stored.
 */
export async function updateOutcomes(
  tx: Tx,
  claim: Pick<Claim, 'organization_id' | 'id' | 'fence' | 'version'>,
  circuit: Circuit,
  outcomes: readonly Outcome[],
  isLast: boolean,
): Promise<boolean> {
  const again = outcomes.filter(({ status }) => status === 'pending');
  const settled = outcomes.filter(({ status }) => status !== 'pending');
  const rows = await tx.rows(
    `with held as (
       update sync.webhook_sending s set ${circuitColumns.map(unlessChanged).join(', ')},
         lease_until = case when $4 then clock_timestamp() else ${lease} end
       from sync.webhook w
       where w.organization_id = $1 and w.id = $2 and s.organization_id = $1 and s.webhook_id = $2
         and s.fence = $3
       returning s.webhook_id),
     again as (
       update sync.delivery_due d set due_at = o.due_at, began_at = o.began_at,
         failures = o.failures, attempts = ${attemptsWith('o.attempt')}
       from jsonb_to_recordset($11::jsonb) as o (id text, due_at timestamptz(3),
         began_at timestamptz(3), failures integer, attempt jsonb)
       -- By the ids themselves: of joining alone, a planner without figures makes reading all there are.
       where exists (select from held) and d.organization_id = $1 and d.id = any($12) and d.id = o.id),
     done as (
       delete from sync.delivery_due d
       where exists (select from held) and d.organization_id = $1 and d.id = any($14)
       returning d.*),
     kept as (
       insert into sync.delivery
         (organization_id, id, webhook_id, number, event_id, type, created_at, status, attempts)
       select d.organization_id, d.id, d.webhook_id, d.number, d.event_id, d.type, d.created_at,
         o.status, ${attemptsWith('o.attempt')}
       from done d
       join jsonb_to_recordset($13::jsonb) as o (id text, status text, attempt jsonb) on o.id = d.id)
     select webhook_id from held`,
    [
      ...[claim.organization_id, claim.id, claim.fence, isLast],
      ...[claim.version, ...circuitColumns.map((name) => circuit[name])],
      ...[JSON.stringify(again), again.map(({ id }) => id)],
      ...[JSON.stringify(settled), settled.map(({ id }) => id)],
    ],
  );
  return rows.length > 0;
}

/** Whether it was enabled until now. */
export async function updateDisabled(
  tx: Tx,
  { organization_id, id }: Pick<Claim, 'organization_id' | 'id'>,
  reason: string,
  now: Date,
): Promise<boolean> {
  const rows = await tx.rows(
    `update sync.webhook set enabled = false, disabled_at = $3, disabled_reason = $4,
       version = version + 1, updated_at = $3
     where organization_id = $1 and id = $2 and enabled returning id`,
    [organization_id, id, now, reason],
  );
  return rows.length > 0;
}

/** The version that it is of is the fifth of what is given, and the columns come after it. */
function unlessChanged(column: string, at: number): string {
  return `${column} = case when w.version = $5 then $${at + 6} else s.${column} end`;
}

/** The last ones. */
function attemptsWith(attempt: string): string {
  return `case
    when ${attempt} is null then d.attempts
    when jsonb_array_length(d.attempts) >= ${attemptsKept} then d.attempts - 0 || ${attempt}
    else d.attempts || ${attempt} end`;
}
