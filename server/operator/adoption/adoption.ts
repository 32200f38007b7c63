import type { Clock } from '../../runtime/clock.ts';
import type { Database } from '../../runtime/database/database.ts';
import { shortId } from '../../runtime/ids.ts';
import type { Jobs } from '../../runtime/jobs/jobs.ts';
import { type Renumbering, renumber } from './renumbering.ts';
import { deleteAllHeld, deleteHeld, selectHeld } from './store.ts';

/** About what is held. */
export type Decision = 'send' | 'drop' | undefined;

export type Adoption = Awaited<ReturnType<typeof adopt>>;

type Services = { database: Database; clock: Clock; jobs: Jobs; renumbering: Renumbering };

const batchMax = 500;

/** Makes a restored copy a database of its own, and does what was decided about what is held. */
export async function adopt({ database, clock, jobs, renumbering }: Services, decision: Decision) {
  const adopted = await renumber(database.address, renumbering);
  const sent = decision === 'send' ? await send(database, jobs) : 0;
  const dropped = decision === 'drop' ? await drop(database, clock.now()) : 0;
  const held = await selectHeld(database.system.reading);
  return {
    adopted,
    sent,
    dropped,
    held: held.map(({ job, organization, about, since }) => ({
      job,
      organization: organization === null ? null : shortId('organization', organization),
      about,
      since: since.toISOString(),
    })),
  };
}

/** In their order, each with its removal: what is broken off goes on where it stopped. */
async function send(database: Database, jobs: Jobs): Promise<number> {
  await jobs.start();
  let sent = 0;
  for (;;) {
    const batch = await database.system.transaction(async (tx) => {
      const held = await deleteHeld(tx, batchMax);
      for (const { name, data } of held) await jobs.enqueueAgain(tx, name, data);
      return held.length;
    });
    sent += batch;
    if (batch === 0) return sent;
  }
}

async function drop(database: Database, now: Date): Promise<number> {
  const failure = 'dropped when the database was adopted';
  return database.system.transaction((tx) => deleteAllHeld(tx, failure, now), {
    statementSeconds: 600,
  });
}
