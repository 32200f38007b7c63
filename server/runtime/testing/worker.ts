import { silent } from '../../testing/cluster.ts';
import { Database } from '../database/database.ts';
import { Jobs, JobType, job } from '../jobs/jobs.ts';

/** A worker process that begins the jobs named by its second argument, says so, and never ends one. */
const [address = '', name = ''] = process.argv.slice(2);
const run = async () => {
  process.stdout.write('running\n');
  await new Promise(() => {});
};
const database = new Database(JSON.parse(address), silent);
const jobs = new Jobs(database, silent, [job(new JobType(name), run)], true);
await jobs.start();
await jobs.work();
process.stdout.write('working\n');
