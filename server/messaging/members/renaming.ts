import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { type Happened, publish } from '../../runtime/events/events.ts';
import { lookupId } from '../../runtime/ids.ts';
import { type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { selectMemberName, updateUserName } from '../users/store.ts';

/** Follows `member.updated`. */
export const renameUser = new JobType<Happened>('users.rename');

/** Gives a member's user the member's present name. */
export function renamingJob({ database, clock }: { database: Database; clock: Clock }): Job {
  return job(renameUser, async ({ organization, subject }) => {
    const memberId = lookupId('member', subject);
    const name = await selectMemberName(database.system.reading, organization, memberId);
    if (name === undefined) return;
    await database.of(organization).transaction(async (tx) => {
      const id = await updateUserName(tx, organization, memberId, name);
      if (id === undefined) return;
      const userID = String(id);
      const event = { type: 'user.updated' as const, subject: userID, data: { userID, name } };
      await publish(tx, organization, clock.now(), [event]);
    });
  });
}
