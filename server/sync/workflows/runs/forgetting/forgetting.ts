import type { WriteContext } from '../../../../platform/context.ts';
import type { Services } from '../../../../platform/product.ts';
import type { Happened } from '../../../../runtime/events/events.ts';
import { type Job, JobType, job } from '../../../../runtime/jobs/jobs.ts';
import { withdrawApproval } from '../../../notices/approvals/asking.ts';
import { approvalIn } from '../../steps/awaited.ts';
import { letThrough } from '../store.ts';
import { endRunsOf, forgetReadRuns, forgetRunsOf } from './store.ts';

/** What had been seen before somebody was erased may set off a run a moment after. */
const againMinutes = 10;

/** Follows what is gone: a patient that was erased, a post that was deleted. */
export const forgetWorkflowRuns = new JobType<Happened & { isAgain?: true }>('workflow_run.forget');

const why = {
  patient: 'A patient whom it was about was erased: what it knew was forgotten.',
  post: 'A post that it was about was deleted: what it knew was forgotten.',
};

/** Forgets what runs hold of somebody or something that is gone; what they were to do yet, they do not. */
export function forgettingRunsJob({ database, clock, enqueue }: Services): Job {
  return job(forgetWorkflowRuns, async ({ organization, type, subject, isAgain }) => {
    const [noun] = type.split('.');
    await database.of(organization).transaction(async (tx) => {
      const now = clock.now();
      const error = noun === 'patient' ? why.patient : why.post;
      const ended = await endRunsOf(tx, organization, `${noun} ${subject}`, { error, now });
      const ids = ended.map(({ id }) => id);
      await forgetRunsOf(tx, organization, `${noun} ${subject}`, ids);
      await leave({ tx, organization, now }, enqueue, ended);
      await forgetReadRuns(tx, organization, noun === 'patient' ? 'scheduling' : 'messaging');
      if (isAgain) return;
      const startAfter = new Date(now.getTime() + againMinutes * 60_000);
      const again = { organization, type, subject, isAgain: true } as const;
      await enqueue(tx, forgetWorkflowRuns, again, { startAfter });
    });
  });
}

type Leaving = Pick<WriteContext, 'tx' | 'organization' | 'now'>;

/** Nobody is asked any more for what has ended, and others have its place. */
async function leave(
  { tx, organization, now }: Leaving,
  enqueue: Services['enqueue'],
  ended: Awaited<ReturnType<typeof endRunsOf>>,
): Promise<void> {
  if (ended.length === 0) return;
  for (const run of ended) {
    const path = approvalIn(run);
    if (path !== undefined) {
      await withdrawApproval(tx, enqueue, organization, { run_id: run.id, path });
    }
  }
  for (const id of [...new Set(ended.map((run) => run.workflow_id))].sort()) {
    await letThrough(tx, organization, id, now);
  }
  tx.announce('workflow_run');
}
