import { after } from 'node:test';
import {
  type Snowflake,
  startSnowflake,
} from '../../../../testing/simulators/snowflake/simulator.ts';
import type { Session } from '../../connector.ts';
import { GuardedOutside, type OutsideTerms } from '../../outside.ts';
import { snowflake } from '../index.ts';

/** An account of so many contacts, until the file ends. */
export async function makeAccount(records = 20): Promise<Snowflake> {
  const account = await startSnowflake({ records });
  after(() => account.end());
  return account;
}

export function settingsFor({ signIn, url, database }: Snowflake) {
  return {
    config: { account: signIn.account, database, base_url: url },
    credentials: { user: signIn.user, private_key: signIn.privateKey },
  };
}

type Given = {
  readonly config?: Record<string, unknown>;
  readonly credentials?: Record<string, unknown>;
  readonly terms?: Partial<OutsideTerms>;
};

/** A session of the connector, ended with the file. */
export async function openAccount(account: Snowflake, given: Given = {}): Promise<Session> {
  const { config, credentials } = settingsFor(account);
  const outside = new GuardedOutside({
    allowPrivateHosts: ['1'],
    folder: undefined,
    signal: new AbortController().signal,
    ...given.terms,
  });
  after(() => outside.close());
  const settings = {
    config: { ...config, ...given.config },
    credentials: { ...credentials, ...given.credentials },
  };
  const session = await snowflake.open(settings, outside);
  after(() => session.close());
  return session;
}

type Asked = Partial<Parameters<Session['read']>[0]>;

/** Everything that a session reads of an object, each record as its cells. */
export async function readAll(session: Session, request: Asked) {
  const reading = await session.read({
    ...{ key: [], batchBytes: 1 << 20, batchRows: 1_000 },
    signal: new AbortController().signal,
    ...request,
  });
  const batches = [];
  for await (const batch of reading.batches) batches.push(batch);
  const rows = batches.flatMap((one) => one.rows);
  const position = batches.findLast((one) => one.position !== undefined)?.position;
  return { reading, fields: reading.fields, batches, rows, position };
}
