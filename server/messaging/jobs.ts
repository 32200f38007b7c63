import type { Clock } from '../runtime/clock.ts';
import type { Database } from '../runtime/database/database.ts';
import type { Job } from '../runtime/jobs/jobs.ts';
import { renamingJob } from './members/renaming.ts';

export type Services = { database: Database; clock: Clock };

export function messagingJobs(services: Services): Job[] {
  return [renamingJob(services)];
}
