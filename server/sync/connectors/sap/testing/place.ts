import { after } from 'node:test';
import { type Given, type Sap, startSap } from '../../../../testing/simulators/sap/simulator.ts';
import { check } from '../../../filters/check.ts';
import { parseFilter } from '../../../filters/parse.ts';
import type { ReadRequest, Session } from '../../connector.ts';
import { GuardedOutside, type OutsideTerms } from '../../outside.ts';
import type { Version } from '../config.ts';
import { sap as connector } from '../index.ts';

/** A simulator of its own, until the file ends. */
export async function makeSap(given: Given = {}): Promise<Sap> {
  const simulator = await startSap(given);
  after(() => simulator.end());
  return simulator;
}

type Opening = {
  readonly version?: Version;
  readonly config?: Record<string, unknown>;
  readonly credentials?: Record<string, unknown>;
  readonly terms?: Partial<OutsideTerms>;
};

/** A session of the connector, ended with the file. */
export async function openSap(sap: Sap, opening: Opening = {}): Promise<Session> {
  const outside = new GuardedOutside({
    allowPrivateHosts: ['1'],
    folder: undefined,
    signal: new AbortController().signal,
    ...opening.terms,
  });
  after(() => outside.close());
  const base_url = sap.url(opening.version ?? 'v2');
  const credentials = opening.credentials ?? sap.credentials;
  return connector.open({ config: { base_url, ...opening.config }, credentials }, outside);
}

/** Everything that a session reads, each record as its cells. */
export async function readAll(
  session: Session,
  object: string,
  request: Partial<ReadRequest> & { batchesMax?: number } = {},
) {
  const { batchesMax = Number.POSITIVE_INFINITY, ...asked } = request;
  const { key } = await session.describe(object);
  const reading = await session.read({
    ...{ object, key, batchBytes: 1 << 20, batchRows: 1_000 },
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
    remaining: reading.remaining,
    batches,
    rows: batches.flatMap(({ rows }) => rows),
    unread: batches.flatMap(({ unread }) => unread),
    position: batches.findLast(({ position }) => position !== undefined)?.position,
  };
}

/** A filter, fitted to the fields of an object. */
export async function filterOf(session: Session, object: string, text: string) {
  const { fields } = await session.describe(object);
  return check(parseFilter(text, 'filter'), fields);
}
