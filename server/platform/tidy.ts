import type { Clock } from '../runtime/clock.ts';
import type { Database } from '../runtime/database/database.ts';
import { deleteReadEvents } from '../runtime/events/store.ts';
import { type Job, job } from '../runtime/jobs/jobs.ts';
import type { SigningKeys } from './access/signing.ts';
import { keptMilliseconds } from './idempotency/idempotency.ts';
import { deleteKeys } from './idempotency/store.ts';
import { forgetMailTexts } from './mail/forgetting.ts';
import { deleteExpiredSessions } from './sessions/store.ts';

const eventDays = 90;
const mailTextDays = 30;

type Services = { database: Database; clock: Clock; signingKeys: SigningKeys };

/** Deletes what has served its time: idempotency keys, events that were read, sessions, signing keys. */
export function tidyJob({ database, clock, signingKeys }: Services): Job {
  return job({
    name: 'platform.tidy',
    cron: '41 3 * * *',
    async run() {
      const now = clock.now().getTime();
      await database.system.transaction((tx) => deleteKeys(tx, new Date(now - keptMilliseconds)));
      await database.system.transaction((tx) =>
        deleteReadEvents(tx, new Date(now - eventDays * 24 * 3600 * 1000)),
      );
      await database.system.transaction((tx) => deleteExpiredSessions(tx, new Date(now)));
      await forgetMailTexts(database, new Date(now - mailTextDays * 24 * 3600 * 1000));
      await signingKeys.tend();
    },
  });
}
