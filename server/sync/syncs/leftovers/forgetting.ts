import type { Services } from '../../../platform/product.ts';
import { type Job, JobType, job } from '../../../runtime/jobs/jobs.ts';
import { loggable } from '../../../runtime/log.ts';
import type { Sessions } from '../../connections/sessions.ts';
import { selectConnection } from '../../connections/store.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { deleteLeftover, type Leftover, takeDueLeftovers } from './store.ts';

const atOnce = 10;
const minutesMax = 60;
const hoursMax = 24;
/** Shorter than it takes until it is due again. */
const seconds = 50;

export const forgetLeftovers = new JobType('sync.leftovers', { cron: '* * * * *' });

/** Deletes at destinations what runs have left there, trying again for a day. */
export function leftoversJob(
  { database, clock, log }: Pick<Services, 'database' | 'clock' | 'log'>,
  sessions: Sessions,
): Job {
  const forget = async (left: Leftover) => {
    const { organization_id: organization, object, owner_id: syncId, fence } = left;
    const wall = database.of(organization);
    const connection = await selectConnection(wall.reading, organization, left.connection_id);
    if (!connection) return;
    const request = { object, state: { syncId, fence }, isGone: left.is_gone };
    const signal = AbortSignal.timeout(seconds * 1000);
    await sessions.use(connection, signal, async (session) => session.forget?.(request));
  };
  const attempt = async (left: Leftover) => {
    const named = { connection: left.connection_id, owner: left.owner_id };
    try {
      await forget(left);
    } catch (error) {
      // What a system says may hold what nobody should read here.
      if (!(error instanceof ConnectorError))
        log.error({ ...loggable(error), ...named }, 'a bug keeps what a sync has left');
      const hours = (clock.now().getTime() - left.created_at.getTime()) / 3_600_000;
      if (hours < hoursMax) return;
      log.warn(named, 'what a sync has left at its destination stays there: it cannot be reached');
    }
    await database.of(left.organization_id).transaction((tx) => deleteLeftover(tx, left));
  };
  return job(forgetLeftovers, async (_data, signal) => {
    for (;;) {
      const page = { now: clock.now(), limit: atOnce, minutesMax };
      const due = await database.system.transaction((tx) => takeDueLeftovers(tx, page));
      await Promise.all(due.map(attempt));
      if (due.length < atOnce || signal.aborted) return;
    }
  });
}
