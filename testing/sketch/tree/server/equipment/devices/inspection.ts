import type { Database } from '../../runtime/database/database.ts';
import type { Happened } from '../../runtime/events/events.ts';
import { readId } from '../../runtime/ids.ts';
import { type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { updateInspected, updateLabelled } from './store.ts';

/** Follows `device.added`. */
export const inspectDevice = new JobType<Happened>('devices.inspect', {
  atOncePerOrganization: 2,
  seconds: 60,
});

/** The same: each of those that follow an event is a job of its own. */
export const labelDevice = new JobType<Happened>('devices.label');

export function deviceJobs({ database }: { database: Database }): Job[] {
  const follow = (type: JobType<Happened>, update: typeof updateInspected) =>
    job(type, async ({ organization, subject }) => {
      const id = readId('device', subject) ?? 0;
      await database.of(organization).transaction((tx) => update(tx, organization, id));
    });
  return [follow(inspectDevice, updateInspected), follow(labelDevice, updateLabelled)];
}
