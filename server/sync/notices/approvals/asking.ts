import type { Tx } from '../../../runtime/database/database.ts';
import type { Enqueue } from '../../../runtime/jobs/jobs.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { Notice } from '../notice.ts';
import { type NoticeServices, sendNotice } from '../sending.ts';
import { escapeFor } from '../words.ts';
import { type Answerers, wordsFor } from './answerers.ts';
import { howToAnswer } from './deciding.ts';
import { hearApproval, tellThread } from './jobs.ts';
import { type ApprovalStatus, endApproval, upsertApproval } from './store.ts';

/** Which step of which run waits. */
export type Step = { readonly run_id: string; readonly path: string };

type Asked = Step & {
  readonly message: string;
  /** Until when an answer counts. */
  readonly until: Date;
  /** Null: whoever reads the channel. */
  readonly answerers: Answerers | null;
  /** Asked again under it, people are asked once. */
  readonly key: string;
};

/** What people read of the message; how to answer comes after it. */
const charactersMax = 9_000;

/**
 * Asks people in a channel of Messaging. What they answer is heard from then on, and told to whoever
 * `answered` is.
 * @throws ConnectorError
 */
export async function askApproval(
  services: NoticeServices,
  organization: number,
  notice: Notice,
  { run_id, path, message, until, answerers, key }: Asked,
  signal: AbortSignal,
): Promise<{ thread_id: string }> {
  const { database, enqueue, clock } = services;
  const { connection_id } = notice;
  if (notice.channel !== 'threads' || connection_id === null) {
    throw new ConnectorError('configuration', 'People are asked in a channel of Messaging.');
  }
  const shown = [...message].slice(0, charactersMax).join('');
  const db = database.of(organization).reading;
  const who = answerers ? await wordsFor({ db, organization }, answerers) : undefined;
  const how = who === undefined ? howToAnswer : `${howToAnswer} Only ${who} may answer.`;
  const words = { message: `${shown}\n\n${how}`, key };
  const { id: thread_id } = await sendNotice(services, organization, notice, words, signal);
  if (thread_id === undefined) throw new ConnectorError('retry', 'Nobody was asked.');
  await database.of(organization).transaction(async (tx) => {
    const row = { run_id, path, connection_id, thread_id, may_answer: answerers, until };
    await upsertApproval(tx, organization, row, clock.now());
    // Somebody may have answered before it was known that an answer is waited for.
    await enqueue(tx, hearApproval, { organization, thread_id });
  });
  return { thread_id };
}

type Answered = {
  readonly approved: boolean;
  /** Without an id where no member answered. */
  readonly by: { readonly user_id?: string; readonly name: string };
  /** What is not in the thread already. */
  readonly comment?: string | null;
};

/** Somebody has answered: the thread says who, and why. False where it waits no more. */
export async function closeApproval(
  tx: Tx,
  enqueue: Enqueue,
  organization: number,
  step: Step,
  { approved, by, comment }: Answered,
): Promise<boolean> {
  const why = comment?.trim() ? `: ${comment.trim()}` : '.';
  const said = `${approved ? 'Approved' : 'Rejected'} by ${by.name}${why}`;
  const text = escapeFor('threads')(said);
  const ended = { status: approved ? 'approved' : 'rejected', by: by.user_id ?? null } as const;
  return end(tx, enqueue, organization, step, { ...ended, text });
}

/**
 * Nobody has answered in time: an answer is not heard from then on. False where it was answered before;
 * then `answered` has been told.
 */
export async function expireApproval(
  tx: Tx,
  enqueue: Enqueue,
  organization: number,
  step: Step,
): Promise<boolean> {
  const text = 'Nobody has answered in time; an answer is not heard any more.';
  return end(tx, enqueue, organization, step, { status: 'expired', by: null, text });
}

/** The run is over. */
export async function withdrawApproval(
  tx: Tx,
  enqueue: Enqueue,
  organization: number,
  step: Step,
): Promise<boolean> {
  const text = 'What this was asked for is over; an answer does nothing any more.';
  return end(tx, enqueue, organization, step, { status: 'withdrawn', by: null, text });
}

type Ended = { status: Exclude<ApprovalStatus, 'waiting'>; by: string | null; text: string };

async function end(
  tx: Tx,
  enqueue: Enqueue,
  organization: number,
  step: Step,
  { status, by, text }: Ended,
): Promise<boolean> {
  const place = await endApproval(tx, organization, step, status, by);
  if (!place) return false;
  await enqueue(tx, tellThread, { organization, ...place, text });
  return true;
}
