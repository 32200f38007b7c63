import { after } from 'node:test';
import { type Given, startHubspot } from '../../../../testing/simulators/hubspot/simulator.ts';
import type { ReadRequest, Session } from '../../connector.ts';
import { GuardedOutside } from '../../outside.ts';
import { hubspot } from '../index.ts';

/** More than any test asks for. */
export const unlimited = { interval: 100_000, searchesPerSecond: 100_000 };

/** A simulator of its own, until the file ends. */
export async function makeHubspot(given: Given = {}) {
  const simulator = await startHubspot({ limits: unlimited, ...given });
  after(() => simulator.end());
  return simulator;
}

type Opening = {
  url: string;
  credentials: Record<string, unknown>;
  allowPrivateHosts?: string[];
  addressesOf?: (host: string) => Promise<readonly string[]>;
  signal?: AbortSignal;
};

/** A session of the connector, ended with the file. */
export async function openHubspot(opening: Opening): Promise<Session> {
  const { url, credentials, allowPrivateHosts = ['1'], addressesOf } = opening;
  const outside = new GuardedOutside({
    allowPrivateHosts,
    folder: undefined,
    signal: opening.signal ?? new AbortController().signal,
    ...(addressesOf ? { addressesOf } : {}),
  });
  after(() => outside.close());
  return hubspot.open({ config: { base_url: url }, credentials }, outside);
}

/** Everything that a session reads, each record as its cells. */
export async function readAll(
  session: Session,
  object: string,
  request: Partial<ReadRequest> & { batchesMax?: number } = {},
) {
  const { batchesMax = Number.POSITIVE_INFINITY, ...asked } = request;
  const reading = await session.read({
    ...{ object, key: ['hs_object_id'], batchBytes: 1 << 20, batchRows: 1_000 },
    signal: new AbortController().signal,
    ...asked,
  });
  const batches = [];
  for await (const batch of reading.batches) {
    batches.push(batch);
    if (batches.length === batchesMax) break;
  }
  return {
    fields: reading.fields,
    batches,
    rows: batches.flatMap(({ rows }) => rows),
    unread: batches.flatMap(({ unread }) => unread),
    position: batches.at(-1)?.position,
  };
}
