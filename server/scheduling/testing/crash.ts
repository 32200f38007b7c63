import { describeHolder } from '../../runtime/embedded/embedded.ts';
import { connect } from '../../runtime/testing/owner.ts';
import { until } from '../../runtime/testing/until.ts';
import { openAlone } from '../../testing/alone.ts';
import { listOpen, makeBooking, makeSchedule } from './scene.ts';

const burnt = 300;

/**
 * A practice on a PostgreSQL of its own, to be killed: `crash` does so right after a list was kept, at
 * which numbers of transactions were seen that never reached the disk, and answers whether the list
 * that comes next knows what was made since.
 */
export async function openFragile() {
  const { stop, clusterFolder, ...app } = await openAlone({ HEDDLE_ROLES: 'web' });
  const scene = await makeSchedule(app);
  let hours = 48;
  const make = () => {
    hours += 1;
    return makeBooking(scene, new Date(Date.now() + hours * 3_600_000).toISOString());
  };

  const crash = async (): Promise<boolean> => {
    const { pid } = (await describeHolder(clusterFolder)) ?? {};
    if (pid === undefined) throw new Error('PostgreSQL does not run');
    await make();
    const owner = await connect(app.address);
    await owner.rows(burn);
    await owner.end();
    const before = await listOpen(scene);
    process.kill(pid, 'SIGKILL');
    // Until then what the dead one has begun goes on, and answers.
    await until('there is another postmaster', async () => {
      const holder = await describeHolder(clusterFolder).catch(() => undefined);
      return holder && holder.pid !== pid ? true : undefined;
    });
    const { id } = await until('a booking is made', () => make().catch(() => undefined));
    const after = await listOpen(scene);
    return after.length > before.length && after.includes(id);
  };
  return { crash, stop };
}

const burn = `do $$ begin
  for at in 1 .. ${burnt} loop perform pg_current_xact_id(); rollback; end loop;
end $$`;
