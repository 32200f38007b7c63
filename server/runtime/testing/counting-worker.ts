import { silent } from '../../testing/cluster.ts';
import { Database } from '../database/database.ts';
import { Jobs, JobType, job } from '../jobs/jobs.ts';

/** A worker process that writes down each job named by its second argument; SIGTERM ends it. */
const [address = '', name = ''] = process.argv.slice(2);
const database = new Database(JSON.parse(address), silent);
const run = async (data: object) => {
  const { number } = data as { number: number };
  await database.system.transaction((tx) =>
    tx.rows('insert into public.ran (number, pid) values ($1, $2)', [number, process.pid]),
  );
};
const jobs = new Jobs(database, silent, [job(new JobType(name), run)], true);
process.once('SIGTERM', async () => {
  await jobs.stop(20);
  await database.close();
});
await jobs.start();
await jobs.work();
process.stdout.write('working\n');
