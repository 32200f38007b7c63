import type { Clock } from '../runtime/clock.ts';
import type { Database } from '../runtime/database/database.ts';
import { deleteReadEvents } from '../runtime/events/housekeeping.ts';
import { stripOldEvents } from '../runtime/events/stripping/stripping.ts';
import { deleteOlder } from '../runtime/housekeeping/housekeeping.ts';
import { type Job, JobType, job } from '../runtime/jobs/jobs.ts';
import type { SigningKeys } from './access/signing.ts';
import { keptMilliseconds } from './idempotency/idempotency.ts';
import { forgetMailTexts } from './mail/forgetting.ts';

const eventDays = 90;
const invitationDays = 90;
const mailTextDays = 30;
const mailDays = 365;
/** Six years, as 45 CFR 164.316(b)(2) asks of what documents security. */
const auditDays = 6 * 365 + 2;

type Services = { database: Database; clock: Clock; signingKeys: SigningKeys };

// The name is stored in queues and schedules, so it stays.
const housekeeping = new JobType('platform.tidy', { cron: '41 3 * * *' });

/** Deletes what has served its time, in batches. */
export function housekeepingJob({ database, clock, signingKeys }: Services): Job {
  return job(housekeeping, async () => {
    const now = clock.now();
    const ago = (days: number) => new Date(now.getTime() - days * 24 * 3600 * 1000);
    const keysUntil = new Date(now.getTime() - keptMilliseconds);
    await deleteOlder(database, 'platform.idempotency', keysUntil);
    await deleteReadEvents(database, ago(eventDays));
    await stripOldEvents(database);
    await deleteOlder(database, 'platform.session', now);
    await deleteOlder(database, 'platform.verification', now);
    await deleteOlder(database, 'platform.used_code', ago(1));
    await deleteOlder(database, 'platform.invitation', ago(invitationDays));
    await forgetMailTexts(database, ago(mailTextDays));
    await deleteOlder(database, 'platform.mail', ago(mailDays));
    await deleteOlder(database, 'platform.audit', ago(auditDays));
    await signingKeys.tend();
  });
}
