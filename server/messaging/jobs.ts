import type { Files } from '../platform/files/files.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Database } from '../runtime/database/database.ts';
import { type Job, JobType, job } from '../runtime/jobs/jobs.ts';
import type { Drawing } from './files/drawing/drawing.ts';
import { tidyFilesJob } from './files/tidy.ts';
import { renamingJob } from './users/renaming.ts';

export type Services = { database: Database; files: Files; clock: Clock; drawing: Drawing };

export function messagingJobs(services: Services): Job[] {
  return [tidyFilesJob(services), drawFilesJob(services), renamingJob(services)];
}

export const drawFiles = new JobType('files.draw', { cron: '* * * * *' });

/** Takes up what processes that have died left; pictures that arrive are drawn without it. */
function drawFilesJob({ drawing }: Services): Job {
  return job(
    drawFiles,
    () => drawing.wake(),
    () => drawing.close(),
  );
}
