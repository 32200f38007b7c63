import { createHash } from 'node:crypto';
import type { Services } from '../../platform/product.ts';
import type { Tx } from '../../runtime/database/database.ts';
import type { EventRow } from '../../runtime/events/events.ts';
import { type Enqueue, type Job, JobType, job } from '../../runtime/jobs/jobs.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { type NoticeServices, sendNotice } from '../notices/sending.ts';
import type { AlertNotice } from '../syncs/definition.ts';
import { type SyncRow, selectSync } from '../syncs/store.ts';
import { type Happening, happeningOf } from './happening.ts';
import { selectNotices } from './store.ts';
import { messageOf, subjectOf } from './words.ts';

/** Whoever is told is named by what their notice is, since the sync may be changed meanwhile. */
type Telling = {
  organization: number;
  sync_id: string;
  target: string;
  happening: Happening;
  key: string;
};

/** Some nine hours: an outage of a channel is waited for. */
const tellSync = new JobType<Telling>('sync.tell', { retriesMax: 20, seconds: 60 });

/** Has those told whom a sync names for what has happened to it. */
export async function followSyncs(
  tx: Tx,
  enqueue: Enqueue,
  events: readonly EventRow[],
): Promise<void> {
  const happened = events.flatMap((event) => {
    const happening = happeningOf(event);
    return happening ? [{ event, happening }] : [];
  });
  if (happened.length === 0) return;
  const syncs = happened.map(({ event }) => ({
    organization: event.organization,
    id: event.subject,
  }));
  const told = await selectNotices(tx, syncs);
  for (const { event, happening } of happened) {
    const { organization, subject: sync_id, transaction, sequence, created_at } = event;
    const own = told.find((one) => one.organization === organization && one.id === sync_id);
    for (const notice of own?.notify ?? []) {
      if (!notice.events.includes(happening.event)) continue;
      const target = targetOf(notice);
      // The log of a copy may count anew.
      const key = `${created_at.getTime()}.${transaction}.${sequence} ${target}`;
      await enqueue(tx, tellSync, { organization, sync_id, target, happening, key });
    }
  }
}

export function tellingJob(services: NoticeServices & Pick<Services, 'log'>): Job {
  const { database, log } = services;
  return job(tellSync, async ({ organization, sync_id, target, happening, key }, signal) => {
    const sync = await selectSync(database.of(organization).reading, organization, sync_id);
    const notice = sync && noticeIn(sync, target);
    if (!notice) return;
    try {
      const message = messageOf(notice, sync, happening);
      const subject = notice.subject ?? subjectOf(sync, happening);
      const from = { workflow_id: null, sync_id, run_id: happening.run?.id ?? null };
      const data = { ...happening, sync_name: sync.name };
      const words = { message, subject, key, from, data };
      await sendNotice(services, organization, notice, words, signal);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind === 'retry') throw error;
      const { channel } = notice;
      log.warn({ sync: sync_id, channel, reason: error.message }, 'a notice cannot be sent');
    }
  });
}

function noticeIn({ settings }: SyncRow, target: string): AlertNotice | undefined {
  return (settings.alerts.notify ?? []).find((one) => targetOf(one) === target);
}

function targetOf({ channel, connection_id, to }: AlertNotice): string {
  const text = JSON.stringify([channel, connection_id, to]);
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}
