import type { Database } from '../../runtime/database/database.ts';
import type { Happened } from '../../runtime/events/events.ts';
import { readId } from '../../runtime/ids.ts';
import { type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { updateInspected } from './store.ts';

/** Follows `device.added`. */
export const inspectDevice = new JobType<Happened>('devices.inspect', {
  atOncePerOrganization: 2,
  seconds: 60,
});

export function inspectionJob({ database }: { database: Database }): Job {
  return job(inspectDevice, async ({ organization, subject }) => {
    const id = readId('device', subject) ?? 0;
    await database.of(organization).transaction((tx) => updateInspected(tx, organization, id));
  });
}
