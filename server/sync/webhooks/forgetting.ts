import type { Services } from '../../platform/product.ts';
import type { Happened } from '../../runtime/events/events.ts';
import { type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { deleteEventsOf } from './deliveries/store.ts';

/** What had happened before is told a moment after. */
const againMinutes = 10;

/** Follows what is gone: a patient that was erased, a post that was deleted. */
export const forgetTold = new JobType<Happened & { isAgain?: true }>('webhook.forget');

/** Deletes what webhooks were, or are to be, told of somebody or something that is gone. */
export function forgettingToldJob({ database, clock, enqueue }: Services): Job {
  return job(forgetTold, async ({ organization, type, subject, isAgain }) => {
    const [noun] = type.split('.');
    await database.of(organization).transaction(async (tx) => {
      await deleteEventsOf(tx, organization, `${noun} ${subject}`);
      if (isAgain) return;
      const startAfter = new Date(clock.now().getTime() + againMinutes * 60_000);
      const again = { organization, type, subject, isAgain: true } as const;
      await enqueue(tx, forgetTold, again, { startAfter });
    });
  });
}
