import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { publish } from '../../runtime/events/events.ts';
import { lookupId } from '../../runtime/ids.ts';
import { type Job, job } from '../../runtime/jobs/jobs.ts';
import { selectMemberName, updateUserName } from '../users/store.ts';

export const renaming = 'users.rename';

type Happened = { organization: number; subject: string };

/** Calls the user of a member as the member is called now. */
export function renamingJob({ database, clock }: { database: Database; clock: Clock }): Job {
  return job<Happened>({
    name: renaming,
    async run({ organization, subject }) {
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
    },
  });
}
