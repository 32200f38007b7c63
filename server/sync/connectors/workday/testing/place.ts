import { after } from 'node:test';
import {
  type Given,
  startWorkday,
  type Workday,
} from '../../../../testing/simulators/workday/simulator.ts';
import type { Session } from '../../connector.ts';
import { GuardedOutside, type OutsideTerms } from '../../outside.ts';
import { workday as connector } from '../index.ts';

export { filterOf, readAll } from '../../testing/reading.ts';

/** A simulator of its own, until the file ends. */
export async function makeWorkday(given: Given = {}): Promise<Workday> {
  const simulator = await startWorkday(given);
  after(() => simulator.end());
  return simulator;
}

type Opening = {
  readonly config?: Record<string, unknown>;
  readonly credentials?: Record<string, unknown>;
  readonly terms?: Partial<OutsideTerms>;
};

/** A session of the connector, ended with the file. */
export async function openWorkday(workday: Workday, opening: Opening = {}): Promise<Session> {
  const outside = new GuardedOutside({
    allowPrivateHosts: ['1'],
    folder: undefined,
    signal: new AbortController().signal,
    ...opening.terms,
  });
  after(() => outside.close());
  const config = { ...workday.config, ...opening.config };
  return connector.open({ config, credentials: opening.credentials ?? workday.oauth }, outside);
}
