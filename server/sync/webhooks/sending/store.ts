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
    `with free as (
       select s.organization_id, s.webhook_id
       from unnest($1::bigint[], $2::text[], $3::bigint[]) as c (organization_id, id, fence)
       join sync.webhook_sending s
         on s.organization_id = c.organization_id and s.webhook_id = c.id and s.fence = c.fence
       where s.lease_until > clock_timestamp()
       -- Whoever has one is storing what came of it, which renews it, too.
       for update of s skip locked)
     update sync.webhook_sending s set lease_until = ${lease} from free
     where s.organization_id = free.organization_id and s.webhook_id = free.webhook_id`,
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
          and d.number > coalesce($7::bigint, 0)
        order by d.number limit $5))
     select id, number, event_id, due_at, failures, began_at, salt from (
       select d.id, d.event_id, d.failures, d.began_at, d.place, d.due_at, d.number, e.salt,
         row_number() over earlier as rank, sum(coalesce(e.bytes, 0)) over earlier as bytes
       from due d
       -- One by one: a planner without figures would read all events there are.
       left join lateral (
         select e.salt, octet_length(e.encrypted) as bytes from sync.webhook_event e
         where e.organization_id = $1 and e.id = d.event_id limit 1) e on true
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
  attempt: Attempt;
};

/** How much was answered. */
export function answersIn(outcomes: readonly Outcome[]): number {
  return outcomes.reduce((sum, { attempt }) => sum + (attempt.response?.length ?? 0), 0);
}

/** What came of some deliveries to a webhook, and how it goes with it by now; `isLast`: another may have it. */
export type Report = {
  claim: Pick<Claim, 'id' | 'fence' | 'version'>;
  circuit: Circuit;
  outcomes: readonly Outcome[];
  isLast: boolean;
};

/**
 * Stores what came of some deliveries of an organization, and how it goes with the endpoints, unless
 * somebody has changed a webhook or let it be tried meanwhile. Answers which webhooks this process still
 * had: of the others nothing is stored.
 */
export async function updateOutcomes(
  tx: Tx,
  organization: number,
  reports: readonly Report[],
): Promise<Set<string>> {
  const outcomes = reports.flatMap((report) => report.outcomes);
  lockSending(tx, organization, reports);
  const rows = await tx.rows<{ webhook_id: string }>(
    `with held as (
       update sync.webhook_sending s set ${circuitColumns.map(unlessChanged).join(', ')},
         lease_until = case when r.is_last then clock_timestamp() else ${lease} end
       from jsonb_to_recordset($2::jsonb) as r (webhook_id text,
         fence bigint, version integer, is_last boolean, is_slow boolean, strikes integer,
         paused_until timestamptz(3), failing_since timestamptz(3), failures integer)
       join sync.webhook w on w.organization_id = $1 and w.id = r.webhook_id
       where s.organization_id = $1 and s.webhook_id = r.webhook_id and s.fence = r.fence
       returning s.webhook_id),
     again as (
       update sync.delivery_due d set due_at = ($3::jsonb -> d.id ->> 'due_at')::timestamptz,
         began_at = ($3::jsonb -> d.id ->> 'began_at')::timestamptz,
         failures = ($3::jsonb -> d.id ->> 'failures')::integer,
         attempts = ${attemptsWith(`$3::jsonb -> d.id -> 'attempt'`)}
       where ${isAmong('$3')}),
     settled as (delete from sync.delivery_due d where ${isAmong('$4')} returning d.*),
     kept as (
       insert into sync.delivery
         (organization_id, id, webhook_id, number, event_id, type, created_at, status, attempts)
       select d.organization_id, d.id, d.webhook_id, d.number, d.event_id, d.type, d.created_at,
         o ->> 'status', ${attemptsWith(`o -> 'attempt'`)}
       from settled d cross join lateral (select $4::jsonb -> d.id) as outcome (o))
     select webhook_id from held`,
    [
      organization,
      JSON.stringify(
        reports.map(({ claim: { id, fence, version }, circuit, isLast }) => {
          const { is_slow, strikes, paused_until, failing_since, failures } = circuit;
          const standing = { is_slow, strikes, paused_until, failing_since, failures };
          return { webhook_id: id, fence, version, is_last: isLast, ...standing };
        }),
      ),
      byId(outcomes.filter(({ status }) => status === 'pending')),
      byId(outcomes.filter(({ status }) => status !== 'pending')),
    ],
  );
  return new Set(rows.map(({ webhook_id }) => webhook_id));
}

/**
 * In one order, so that nobody waits for a row while holding another's. By itself, since a statement that
 * has waited for a row still sees of other rows what was there when it began.
 */
function lockSending(tx: Tx, organization: number, reports: readonly Report[]): void {
  tx.write(
    `select from sync.webhook_sending where organization_id = $1 and webhook_id = any($2)
     order by webhook_id for update`,
    [organization, reports.map(({ claim }) => claim.id)],
  );
}

/** Whether it was enabled until now, and nobody has changed it since it was claimed. */
export async function updateDisabled(
  tx: Tx,
  { organization_id, id, version }: Pick<Claim, 'organization_id' | 'id' | 'version'>,
  reason: string,
  now: Date,
): Promise<boolean> {
  const rows = await tx.rows(
    `update sync.webhook set enabled = false, disabled_at = $3, disabled_reason = $4,
       version = version + 1, updated_at = $3
     where organization_id = $1 and id = $2 and version = $5 and enabled returning id`,
    [organization_id, id, now, reason, version],
  );
  return rows.length > 0;
}

/** A circuit is of a version of its webhook. */
function unlessChanged(column: string): string {
  return `${column} = case when w.version = r.version then r.${column} else s.${column} end`;
}

/** Looked up one by one: joined, each is compared with all. */
function isAmong(outcomes: string): string {
  return `d.organization_id = $1 and d.id = any(array(select jsonb_object_keys(${outcomes}::jsonb)))
    and d.webhook_id in (select webhook_id from held)`;
}

/** As text at once: an object with so many names of its own is slow to make. */
function byId(outcomes: readonly Outcome[]): string {
  const members = outcomes.map(({ id, ...o }) => `${JSON.stringify(id)}:${JSON.stringify(o)}`);
  return `{${members.join()}}`;
}

/** The last ones. */
function attemptsWith(attempt: string): string {
  return `case
    when jsonb_array_length(d.attempts) >= ${attemptsKept} then d.attempts - 0 || (${attempt})
    else d.attempts || (${attempt}) end`;
}
