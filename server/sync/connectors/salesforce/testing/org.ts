import { after } from 'node:test';
import {
  type Salesforce,
  startSalesforce,
} from '../../../../testing/simulators/salesforce/simulator.ts';
import type { Session } from '../../connector.ts';
import { GuardedOutside, type OutsideTerms } from '../../outside.ts';
import { salesforce } from '../index.ts';

/** An org of so many records of each object, until the file ends. */
export async function makeOrg(records = 20): Promise<Salesforce> {
  const org = await startSalesforce({ records });
  after(() => org.end());
  return org;
}

type Given = {
  readonly config?: Record<string, unknown>;
  readonly credentials?: Record<string, unknown>;
  readonly terms?: Partial<OutsideTerms>;
};

export function credentialsOf({ signIn }: Salesforce) {
  return {
    oauth_flow: 'jwt_bearer',
    consumer_key: signIn.consumerKey,
    username: signIn.username,
    private_key: signIn.privateKey,
  };
}

/** A session of the connector, ended with the file. */
export async function openOrg(org: Salesforce, given: Given = {}): Promise<Session> {
  const outside = new GuardedOutside({
    allowPrivateHosts: ['1'],
    folder: undefined,
    signal: new AbortController().signal,
    ...given.terms,
  });
  after(() => outside.close());
  return salesforce.open(
    {
      config: { base_url: org.url, ...given.config },
      credentials: given.credentials ?? credentialsOf(org),
    },
    outside,
  );
}

type Asked = Partial<Parameters<Session['read']>[0]>;

/** Everything that a session reads of an object, each record as its cells. */
export async function readAll(session: Session, object: string, request: Asked = {}) {
  const { reading, batches } = await readBatches(session, object, request);
  const [unread, rows] = [batches.flatMap((one) => one.unread), batches.flatMap((one) => one.rows)];
  const position = batches.findLast((one) => one.position !== undefined)?.position;
  return { fields: reading.fields, remaining: reading.remaining, batches, rows, unread, position };
}

/** At most so many batches, after which nobody asks for more. */
export async function readBatches(
  session: Session,
  object: string,
  request: Asked = {},
  max = Number.POSITIVE_INFINITY,
) {
  const reading = await session.read({
    ...{ object, key: ['Id'], batchBytes: 1 << 20, batchRows: 1_000 },
    signal: new AbortController().signal,
    ...request,
  });
  const batches = [];
  for await (const batch of reading.batches) {
    batches.push(batch);
    if (batches.length === max) break;
  }
  return { reading, batches };
}
