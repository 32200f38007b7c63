import type { WriteContext } from '../../../platform/context.ts';
import type { Answer, ProductObjects } from '../../../platform/objects.ts';
import type { Tx } from '../../../runtime/database/database.ts';
import type { EventRow } from '../../../runtime/events/events.ts';
import { type Enqueue, type Job, job } from '../../../runtime/jobs/jobs.ts';
import { selectConnection } from '../../connections/store.ts';
import { Actor } from '../../connectors/own/actor.ts';
import type { OwnServices } from '../../connectors/own/services.ts';
import type { NoticeServices } from '../sending.ts';
import { textField } from '../text-field.ts';
import { partAnswers, wordsFor } from './answerers.ts';
import { closeApproval, type Step, withdrawApproval } from './asking.ts';
import { type Decision, decisionIn, isDecision } from './deciding.ts';
import { hearApproval, tellThread } from './jobs.ts';
import {
  type ApprovalRow,
  lockApproval,
  selectAwaited,
  selectWaiting,
  type Thread,
} from './store.ts';

/**
 * What is done with an answer, in the transaction that notes it: the run goes on. False when it is over,
 * so that nobody waits for the answer any more.
 */
export type Answered = (
  tx: Tx,
  answer: Step & Decision & { organization: number; now: Date },
) => Promise<boolean>;

type Services = NoticeServices & OwnServices;

/** Has the threads looked at in which somebody waits for an answer and something was said. */
export async function followAnswers(
  tx: Tx,
  enqueue: Enqueue,
  events: readonly EventRow[],
): Promise<void> {
  const threads = events.flatMap(({ organization, type, data }): Thread[] => {
    const isAnswer = type === 'thread.reacted' || /^comment\.(posted|edited)$/.test(type);
    return isAnswer ? [{ organization, thread_id: (data as { threadID: string }).threadID }] : [];
  });
  if (threads.length === 0) return;
  for (const thread of await selectAwaited(tx, threads)) await enqueue(tx, hearApproval, thread);
}

export function approvalJobs(services: Services, answered: Answered): Job[] {
  const { database, sessions } = services;
  return [
    job(hearApproval, async ({ organization, thread_id }) => {
      const waiting = await selectWaiting(
        database.of(organization).reading,
        organization,
        thread_id,
      );
      for (const { connection_id, ...step } of waiting) {
        const place = { organization, connection_id, thread_id };
        await hear(services, place, step, answered);
      }
    }),
    job(tellThread, (told, signal) => tell({ database, sessions }, told, signal)),
  ];
}

type Place = { organization: number; connection_id: string; thread_id: string };

async function hear(
  services: Services,
  { organization, connection_id, thread_id }: Place,
  step: Step,
  answered: Answered,
): Promise<void> {
  const { database, sessions, enqueue } = services;
  const db = database.of(organization).reading;
  const connection = await selectConnection(db, organization, connection_id);
  const own = connection && sessions.providers.find(connection.provider)?.own;
  // Whoever asked is gone: it ends by its time.
  if (!connection?.agent || !own) return;
  const objects = await own.load();
  const actor = new Actor(objects, { organization, agent: connection.agent }, services);
  await actor.transaction(null, 'approval', async (ctx) => {
    const row = await lockApproval(ctx.tx, organization, step);
    const isWaiting = row?.status === 'waiting' && row.thread_id === thread_id;
    if (!isWaiting || row.until <= ctx.now) return;
    const { tx, now } = ctx;
    const { heard, refused } = await listen(ctx, objects, row);
    const decision = decisionIn(heard);
    if (!decision) return refuse(ctx, enqueue, row, refused);
    const { run_id, path } = step;
    const isHeard = await answered(tx, { organization, now, run_id, path, ...decision });
    if (!isHeard) return void (await withdrawApproval(tx, enqueue, organization, step));
    const { approved, by } = decision;
    await closeApproval(tx, enqueue, organization, step, { approved, by });
  });
}

async function listen(ctx: WriteContext, objects: ProductObjects, row: ApprovalRow) {
  const { organization, tx } = ctx;
  const reading = { ...ctx, db: tx, latest: tx };
  const answers = ((await objects.answersTo?.(reading, row.thread_id)) ?? []).filter(isDecision);
  if (!row.may_answer) return { heard: answers, refused: [] };
  return partAnswers({ db: tx, organization }, row.may_answer, answers);
}

/** Whoever may not answer reads so, once. */
async function refuse(
  { tx, organization }: WriteContext,
  enqueue: Enqueue,
  { connection_id, thread_id, may_answer }: ApprovalRow,
  refused: readonly Answer[],
): Promise<void> {
  if (refused.length === 0) return;
  const who = await wordsFor({ db: tx, organization }, may_answer ?? []);
  for (const userId of new Set(refused.map((one) => one.userId))) {
    const text = `<@${userId}> This is not for you to answer: only ${who} may. Your answer changes nothing.`;
    await enqueue(tx, tellThread, { organization, connection_id, thread_id, text });
  }
}

/** Says something in a thread, once under its words. @throws ConnectorError */
export async function tell(
  { database, sessions }: Pick<Services, 'database' | 'sessions'>,
  { organization, connection_id, thread_id, text }: Place & { text: string },
  signal: AbortSignal,
): Promise<void> {
  const db = database.of(organization).reading;
  const connection = await selectConnection(db, organization, connection_id);
  if (!connection) return;
  await sessions.use(connection, signal, (session) =>
    session.apply({
      ...{ object: 'comments', operation: 'insert', key: [] },
      fields: [textField('threadID'), textField('text')],
      rows: [[thread_id, text]],
      idempotencyKey: `approval ${thread_id} ${text}`,
    }),
  );
}
