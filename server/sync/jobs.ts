import type { Services } from '../platform/product.ts';
import type { Tx } from '../runtime/database/database.ts';
import { deleteOlder, inBatches } from '../runtime/housekeeping/housekeeping.ts';
import { type Job, JobType, job } from '../runtime/jobs/jobs.ts';
import { tellingJob } from './alerting/following.ts';
import { lookAnyway, noteHealth } from './connections/health.ts';
import type { Sessions } from './connections/sessions.ts';
import { type ConnectionRow, selectDueConnections } from './connections/store.ts';
import { type Answered, approvalJobs } from './notices/approvals/hearing.ts';
import type { TellWebhook } from './notices/sending.ts';
import { reviewSilentSyncs } from './syncs/alerts/alerts.ts';
import { leftoversJob } from './syncs/leftovers/forgetting.ts';
import { forgettingJob } from './syncs/rejected/forgetting.ts';
import { deleteUnwatched } from './triggers/watching/store.ts';
import { confidences } from './webhooks/confidence.ts';
import { recoveringJob } from './webhooks/deliveries/recovering.ts';
import { forgettingToldJob } from './webhooks/forgetting.ts';
import { forgettingRunsJob } from './workflows/runs/forgetting/forgetting.ts';
import { deleteOldVersions } from './workflows/store.ts';

const healthMinutes = 5;
const lookedAtOnce = 20;
const runDays = 365;

const healthChecks = new JobType('sync.health', { cron: '* * * * *' });
const alerts = new JobType('sync.alerts', { cron: '* * * * *' });
const housekeeping = new JobType('sync.housekeeping', { cron: '17 3 * * *' });

type Parts = { sessions: Sessions; tellWebhook: TellWebhook; answered: Answered };

export function syncJobs(services: Services, { sessions, tellWebhook, answered }: Parts): Job[] {
  const { database, clock, log } = services;
  const notices = { ...services, sessions, tellWebhook };
  const { providers } = sessions;
  const check = async (connection: ConnectionRow) => {
    const looked = await lookAnyway(sessions, connection, log);
    const { organization_id: organization } = connection;
    await database
      .of(organization)
      .transaction((tx) => noteHealth({ tx, organization, now: clock.now() }, connection, looked));
  };
  return [
    forgettingJob(services),
    leftoversJob(services, sessions),
    tellingJob(notices),
    ...approvalJobs(notices, answered),
    forgettingRunsJob(services),
    forgettingToldJob(services),
    recoveringJob({ ...services, providers, confidences: confidences(services.secrets) }),
    job(healthChecks, async (_data, signal) => {
      const before = new Date(clock.now().getTime() - healthMinutes * 60_000);
      for (;;) {
        const page = { before, limit: lookedAtOnce };
        const due = await selectDueConnections(database.system.reading, page);
        await Promise.all(due.map(check));
        if (due.length < lookedAtOnce || signal.aborted) return;
      }
    }),
    job(alerts, () => reviewSilentSyncs(database, clock.now())),
    job(housekeeping, () => keepHouse(services)),
  ];
}

async function keepHouse({ database, clock, config }: Services): Promise<void> {
  const now = clock.now();
  const ago = (days: number) => new Date(now.getTime() - days * 24 * 3600 * 1000);
  await deleteOlder(database, 'sync.refresh_token', now);
  await deleteOlder(database, 'sync.cause', now);
  // What holds people's data.
  await deleteOlder(database, 'sync.rejected', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.run_log', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.webhook_event', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.delivery', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.delivery_due', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.workflow_run', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.applied', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.told', ago(config.syncKeptDays));
  await deleteOlder(database, 'sync.run', ago(runDays));
  await deleteOlder(database, 'sync.cursor_history', ago(runDays));
  const deletes = [
    deleteUnwatched,
    // Whoever begins a run of the version that was the newest has ended by then.
    (tx: Tx, limit: number) => deleteOldVersions(tx, ago(1), limit),
  ];
  for (const each of deletes) {
    await inBatches<true>(database, true, async (tx, _from, limit) => {
      const done = await each(tx, limit);
      return { done, next: done < limit ? undefined : true };
    });
  }
}
