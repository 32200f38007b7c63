import type { Files } from '../../platform/files/files.ts';
import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { deleteFile, selectDeleted, updateLeftDeleted } from './store.ts';

const batchMax = 100;

const tidyFiles = new JobType('files.tidy', { cron: '23 4 * * *' });

type Services = { database: Database; files: Files; clock: Clock };

/** Removes files that no post has shown for seven days, and what arrived in vain. */
export function tidyFilesJob(services: Services): Job {
  return job(tidyFiles, async () => {
    await services.files.spool.sweep(services.clock.now());
    while (await tidyBatch(services));
  });
}

/** The row goes last: what is interrupted is taken up again. */
async function tidyBatch({ database, files, clock }: Services): Promise<boolean> {
  await database.system.transaction((tx) => updateLeftDeleted(tx, clock.now(), batchMax));
  const left = await selectDeleted(database.system.reading, batchMax);
  for (const { organization_id, id, content_key, thumbnail_key } of left) {
    if (thumbnail_key) await files.store.remove(thumbnail_key);
    await files.store.remove(content_key);
    await database.system.transaction((tx) => deleteFile(tx, organization_id, id));
  }
  return left.length > 0;
}
