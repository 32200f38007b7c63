import type { Services } from '../../../platform/product.ts';
import type { Happened } from '../../../runtime/events/events.ts';
import { forgetInEvents } from '../../../runtime/events/stripping/stripping.ts';
import { type Job, JobType, job } from '../../../runtime/jobs/jobs.ts';
import { deleteToldOf } from '../told/store.ts';
import { deleteRejectedOf } from './store.ts';

/** What a run had read before somebody was erased may be set aside a moment after. */
const againMinutes = 10;

/** Follows what is gone: a patient that was erased, a post that was deleted. */
export const forgetRejected = new JobType<Happened & { isAgain?: true }>('rejected.forget');

/** Deletes what was set aside of somebody or something that is gone. */
export function forgettingJob({ database, clock, enqueue }: Services): Job {
  return job(forgetRejected, async ({ organization, type, subject, isAgain }) => {
    const [noun] = type.split('.');
    const about = `${noun} ${subject}`;
    await database.of(organization).transaction(async (tx) => {
      await deleteRejectedOf(tx, organization, about);
      await deleteToldOf(tx, organization, about);
      if (isAgain) return;
      const startAfter = new Date(clock.now().getTime() + againMinutes * 60_000);
      const again = { organization, type, subject, isAgain: true } as const;
      await enqueue(tx, forgetRejected, again, { startAfter });
    });
    await forgetInEvents(database, organization, about);
  });
}
