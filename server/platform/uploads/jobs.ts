import type { Clock } from '../../runtime/clock.ts';
import type { Database, Tx } from '../../runtime/database/database.ts';
import { type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import type { Files } from '../files/files.ts';
import type { Drawing } from './drawing/drawing.ts';
import { deleteFile, selectDeleted } from './store.ts';

const batchMax = 100;

type Services = { database: Database; files: Files; clock: Clock; drawing: Drawing };

/** Marks files as deleted that a product no longer needs: at most `limit`, of any organization. */
export type ReleaseFiles = (tx: Tx, now: Date, limit: number) => Promise<void>;

export function fileJobs(services: Services, releases: readonly ReleaseFiles[]): Job[] {
  return [fileHousekeepingJob(services, releases), drawFilesJob(services)];
}

// The name is stored in queues and schedules, so it stays.
const fileHousekeeping = new JobType('files.tidy', { cron: '23 4 * * *' });

/** Deletes files that no product needs any more, and uploads that never became one. */
export function fileHousekeepingJob(
  services: Omit<Services, 'drawing'>,
  releases: readonly ReleaseFiles[],
): Job {
  return job(fileHousekeeping, async () => {
    await services.files.spool.sweep(services.clock.now());
    while (await deleteBatch(services, releases));
  });
}

/** The row is deleted last, so that interrupted work is taken up again. */
async function deleteBatch(
  { database, files, clock }: Omit<Services, 'drawing'>,
  releases: readonly ReleaseFiles[],
): Promise<boolean> {
  for (const release of releases) {
    await database.system.transaction((tx) => release(tx, clock.now(), batchMax));
  }
  const left = await selectDeleted(database.system.reading, batchMax);
  for (const { organization_id, content_key, thumbnail_key } of left) {
    if (thumbnail_key) await files.store.remove(thumbnail_key);
    await files.store.remove(content_key);
    await database.system.transaction((tx) => deleteFile(tx, organization_id, content_key));
  }
  return left.length > 0;
}

export const drawFiles = new JobType('files.draw', { cron: '* * * * *' });

/** Draws what processes that died have left; new pictures do not wait for this job. */
function drawFilesJob({ drawing }: Services): Job {
  return job(
    drawFiles,
    () => drawing.wake(),
    () => drawing.close(),
  );
}
