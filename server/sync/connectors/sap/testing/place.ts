import { after } from 'node:test';
import { type Given, type Sap, startSap } from '../../../../testing/simulators/sap/simulator.ts';
import type { Session } from '../../connector.ts';
import { GuardedOutside, type OutsideTerms } from '../../outside.ts';
import type { Version } from '../config.ts';
import { sap as connector } from '../index.ts';

export { filterOf, readAll } from '../../testing/reading.ts';

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
