import type { Db, Tx } from '../../../runtime/database/database.ts';
import type { Answerers } from './answerers.ts';

export type ApprovalStatus = 'waiting' | 'approved' | 'rejected' | 'expired' | 'withdrawn';

export type ApprovalRow = {
  run_id: string;
  path: string;
  connection_id: string;
  thread_id: string;
  status: ApprovalStatus;
  answered_by: string | null;
  /** Null: whoever reads the channel. */
  may_answer: Answerers | null;
  until: Date;
};

type Step = { run_id: string; path: string };

const columns = 'run_id, path, connection_id, thread_id, status, answered_by, may_answer, until';

/** One that was asked in another thread is asked anew. */
export async function upsertApproval(
  tx: Tx,
  organization: number,
  row: Omit<ApprovalRow, 'status' | 'answered_by'>,
  now: Date,
): Promise<void> {
  const { run_id, path, connection_id, thread_id, may_answer, until } = row;
  await tx.rows(
    `insert into sync.approval as a (organization_id, run_id, path, connection_id, thread_id, status,
       until, created_at, may_answer)
     values ($1, $2, $3, $4, $5, 'waiting', $6, $7, $8)
     on conflict (organization_id, run_id, path) do update
     set connection_id = excluded.connection_id, thread_id = excluded.thread_id, status = 'waiting',
       answered_by = null, until = excluded.until, created_at = excluded.created_at,
       may_answer = excluded.may_answer
     where a.thread_id <> excluded.thread_id`,
    [organization, run_id, path, connection_id, thread_id, until, now, may_answer],
  );
}

export async function lockApproval(
  tx: Tx,
  organization: number,
  { run_id, path }: Step,
): Promise<ApprovalRow | undefined> {
  const [row] = await tx.rows<ApprovalRow>(
    `select ${columns} from sync.approval
     where organization_id = $1 and run_id = $2 and path = $3 for update`,
    [organization, run_id, path],
  );
  return row;
}

/** Those of a thread that wait for an answer. */
export async function selectWaiting(
  db: Db,
  organization: number,
  threadId: string,
): Promise<ApprovalRow[]> {
  return db.rows<ApprovalRow>(
    `select ${columns} from sync.approval
     where organization_id = $1 and thread_id = $2 and status = 'waiting' order by run_id, path`,
    [organization, threadId],
  );
}

export type Thread = { organization: number; thread_id: string };

/** Of some threads, of whatever organizations, those in which somebody waits for an answer. */
export async function selectAwaited(db: Db, threads: readonly Thread[]): Promise<Thread[]> {
  return db.rows<Thread>(
    `select distinct a.organization_id as organization, a.thread_id
     from unnest($1::bigint[], $2::text[]) as t (organization_id, thread_id)
     join sync.approval a on a.organization_id = t.organization_id and a.thread_id = t.thread_id
     where a.status = 'waiting'`,
    [threads.map(({ organization }) => organization), threads.map(({ thread_id }) => thread_id)],
  );
}

/** Once: where it was asked; undefined when it waits no more. */
export async function endApproval(
  tx: Tx,
  organization: number,
  { run_id, path }: Step,
  status: Exclude<ApprovalStatus, 'waiting'>,
  answeredBy: string | null,
): Promise<Pick<ApprovalRow, 'connection_id' | 'thread_id'> | undefined> {
  const [row] = await tx.rows<Pick<ApprovalRow, 'connection_id' | 'thread_id'>>(
    `update sync.approval set status = $4, answered_by = $5
     where organization_id = $1 and run_id = $2 and path = $3 and status = 'waiting'
     returning connection_id, thread_id`,
    [organization, run_id, path, status, answeredBy],
  );
  return row;
}
