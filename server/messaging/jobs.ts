import type { Files } from '../platform/files/files.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Database } from '../runtime/database/database.ts';
import type { Job } from '../runtime/jobs/jobs.ts';
import { tidyFilesJob } from './files/tidy.ts';
import { renamingJob } from './users/renaming.ts';

export type Services = { database: Database; files: Files; clock: Clock };

export function messagingJobs(services: Services): Job[] {
  return [tidyFilesJob(services), renamingJob(services)];
}
