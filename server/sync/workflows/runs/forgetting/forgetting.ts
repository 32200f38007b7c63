import type { Services } from '../../../../platform/product.ts';
import type { Happened } from '../../../../runtime/events/events.ts';
import { type Job, JobType, job } from '../../../../runtime/jobs/jobs.ts';
import { forgetReadRuns, forgetRunsOf } from './store.ts';

/** What had been seen before somebody was erased may set off a run a moment after. */
const againMinutes = 10;

/** Follows what is gone: a patient that was erased, a post that was deleted. */
export const forgetWorkflowRuns = new JobType<Happened & { isAgain?: true }>('workflow_run.forget');

/** Forgets what runs hold of somebody or something that is gone; what they were to do yet, they do not. */
export function forgettingRunsJob({ database, clock, enqueue }: Services): Job {
  return job(forgetWorkflowRuns, async ({ organization, type, subject, isAgain }) => {
    const [noun] = type.split('.');
    await database.of(organization).transaction(async (tx) => {
      await forgetRunsOf(tx, organization, `${noun} ${subject}`);
      await forgetReadRuns(tx, organization, noun === 'patient' ? 'scheduling' : 'messaging');
      if (isAgain) return;
      const startAfter = new Date(clock.now().getTime() + againMinutes * 60_000);
      const again = { organization, type, subject, isAgain: true } as const;
      await enqueue(tx, forgetWorkflowRuns, again, { startAfter });
    });
  });
}
