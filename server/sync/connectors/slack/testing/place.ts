import { after } from 'node:test';
import {
  type Given,
  type Slack,
  startSlack,
} from '../../../../testing/simulators/slack/simulator.ts';
import { unlimited } from '../../../../testing/simulators/slack/throttle.ts';
import type { Session } from '../../connector.ts';
import { GuardedOutside, type OutsideTerms } from '../../outside.ts';
import { slack as connector } from '../index.ts';

/** A simulator of its own, until the file ends. */
export async function makeSlack(given: Given = {}): Promise<Slack> {
  const simulator = await startSlack({ limits: unlimited, ...given });
  after(() => simulator.end());
  return simulator;
}

type Opening = {
  readonly config?: Record<string, unknown>;
  readonly credentials?: Record<string, unknown>;
  readonly terms?: Partial<OutsideTerms>;
};

/** A session of the connector, ended with the file. */
export async function openSlack(slack: Slack, opening: Opening = {}): Promise<Session> {
  const outside = new GuardedOutside({
    allowPrivateHosts: ['1'],
    folder: undefined,
    signal: new AbortController().signal,
    ...opening.terms,
  });
  after(() => outside.close());
  const config = { base_url: slack.url, ...opening.config };
  return connector.open({ config, credentials: opening.credentials ?? slack.credentials }, outside);
}
