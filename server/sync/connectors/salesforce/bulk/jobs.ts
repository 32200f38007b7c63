import { setTimeout as wait } from 'node:timers/promises';
import type { Json } from '../../../values/types.ts';
import { ConnectorError } from '../../failure.ts';
import type { SalesforceClient } from '../client.ts';

const pollSecondsMin = 0.25;
const pollSecondsMax = 10;

export type JobKind = 'query' | 'ingest';
export type Job = { readonly id: string; readonly processed: number };

/** Of the Bulk API 2.0. @throws ConnectorError */
export async function openJob(
  client: SalesforceClient,
  kind: JobKind,
  body: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<string> {
  const asked = { method: 'POST', path: `/jobs/${kind}`, body: JSON.stringify(body) } as const;
  const { id } = membersOf(await client.json({ ...asked, signal }));
  if (typeof id === 'string' && /^\w+$/.test(id)) return id;
  throw new ConnectorError('configuration', 'Salesforce answered no id of a bulk job.');
}

/**
 * Waits until a job has come to an end, whichever.
 * @throws ConnectorError when that is another one than completion, or has not come in time
 */
export async function untilDone(
  client: SalesforceClient,
  kind: JobKind,
  id: string,
  signal: AbortSignal,
): Promise<Job> {
  const { seconds } = client.settings.bulk;
  const end = performance.now() + seconds * 1000;
  for (let pause = pollSecondsMin; ; pause = Math.min(pollSecondsMax, pause * 2)) {
    const info = membersOf(await client.json({ path: `/jobs/${kind}/${id}`, signal }));
    const processed = Number(info.numberRecordsProcessed ?? 0);
    if (info.state === 'JobComplete') return { id, processed };
    if (info.state === 'Failed' || info.state === 'Aborted') throw endedBy(id, info);
    if (performance.now() >= end) {
      // What is read can be waited for by whoever goes on.
      if (kind === 'ingest') await abort(client, kind, id);
      const minutes = Math.ceil(seconds / 60);
      const message = `The bulk job ${id} has not ended within ${minutes} min (config.bulk_minutes).`;
      throw new ConnectorError('retry', message);
    }
    await wait(Math.min(pause * 1000, end - performance.now()), undefined, { signal });
  }
}

/** Whether a job is there, and has ended well or can still do so. */
export async function isAlive(
  client: SalesforceClient,
  kind: JobKind,
  id: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const { state } = membersOf(await client.json({ path: `/jobs/${kind}/${id}`, signal }));
    return state !== 'Failed' && state !== 'Aborted';
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'missing') return false;
    throw error;
  }
}

/** What is not wanted any more; it ends by itself, if not by this. */
export async function abort(client: SalesforceClient, kind: JobKind, id: string): Promise<void> {
  const body = JSON.stringify({ state: 'Aborted' });
  const path = `/jobs/${kind}/${id}`;
  await client.json({ method: 'PATCH', path, body, signal: client.signal }).catch(() => undefined);
}

function endedBy(id: string, { state, errorMessage }: Record<string, Json>): ConnectorError {
  const more = typeof errorMessage === 'string' ? { upstream: errorMessage.slice(0, 300) } : {};
  const message =
    state === 'Aborted'
      ? `The bulk job ${id} was aborted in Salesforce: resume the run to go on.`
      : `The bulk job ${id} has failed in Salesforce.`;
  return new ConnectorError('configuration', message, more);
}

export function membersOf(body: Json): Record<string, Json> {
  return (body ?? {}) as Record<string, Json>;
}
