import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Session } from '../../server/sync/connectors/connector.ts';
import { connectors } from '../../server/sync/connectors/list.ts';
import { GuardedOutside } from '../../server/sync/connectors/outside.ts';
import { against, type Figure, paired, type Result } from '../figures.ts';
import { startProcess } from '../server.ts';
import {
  type Alone,
  bareInstances,
  barePages,
  hubspotClient,
  jsforceByJob,
  jsforceByPages,
  type Simulated,
  slackClient,
  snowflakeDriver,
} from './libraries.ts';

const rounds = 5;
const aim = { atLeast: 0.7 };
const program = fileURLToPath(new URL('./simulated.ts', import.meta.url));

type Vendor = {
  readonly name: string;
  readonly provider: string;
  readonly object: string;
  readonly records: number;
  readonly config?: Readonly<Record<string, unknown>>;
  readonly limit: string;
  readonly alone: Alone;
};

/** A system that is read, and what reads the same without Heddle. */
const vendors: readonly Vendor[] = [
  {
    ...{ name: 'Salesforce, page by page', provider: 'salesforce', object: 'Contact' },
    ...{ records: 20_000, config: { bulk_read_from: 1e9 } },
    ...{ limit: 'jsforce, query', alone: jsforceByPages },
  },
  {
    ...{ name: 'Salesforce, by a job', provider: 'salesforce', object: 'Contact' },
    ...{ records: 50_000, config: { bulk_read_from: 1 } },
    ...{ limit: 'jsforce, bulk2', alone: jsforceByJob },
  },
  {
    ...{ name: 'HubSpot', provider: 'hubspot', object: 'contacts', records: 10_000 },
    ...{ limit: '@hubspot/api-client', alone: hubspotClient },
  },
  {
    ...{ name: 'Snowflake', provider: 'snowflake', object: 'RAW.CONTACTS', records: 50_000 },
    ...{ limit: 'snowflake-sdk', alone: snowflakeDriver },
  },
  {
    ...{ name: 'SAP', provider: 'sap', object: 'BusinessPartners', records: 20_000 },
    ...{ limit: 'fetch, JSON.parse', alone: barePages },
  },
  {
    ...{ name: 'Slack', provider: 'slack', object: 'messages', records: 20_000 },
    ...{ limit: '@slack/web-api', alone: slackClient },
  },
  {
    ...{ name: 'Workday', provider: 'workday', object: 'workers', records: 10_000 },
    ...{ limit: 'fetch, JSON.parse', alone: bareInstances },
  },
];

/** Reads each vendor's simulator, against its client library alone, both from this process. */
export async function measureVendors(): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'heddle-vendors-'));
  try {
    const figures: Figure[] = [];
    for (const vendor of vendors) figures.push(await measure(vendor, folder));
    const about =
      'all records of an object, all of its fields, from a simulator in another process';
    return { benchmark: 'vendors', about, figures };
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(vendor: Vendor, folder: string): Promise<Figure> {
  const { name, provider, object, records, limit } = vendor;
  const given = [program, provider, String(records)];
  const simulator = await startProcess<Simulated>(process.execPath, given, folder);
  const signal = new AbortController().signal;
  const outside = new GuardedOutside({ allowPrivateHosts: ['1'], folder: undefined, signal });
  try {
    const session = await open(vendor, simulator.told, outside);
    const { fields, key } = await session.describe(object);
    const names = fields.map((one) => one.name);
    const alone = await vendor.alone(simulator.told, { object, fields: names, key });
    const read = () => timed(records, () => readAll(session, object, key, signal));
    const limited = () => timed(records, alone);
    await read();
    await limited();
    const measured = await paired(rounds, read, limited);
    await session.close();
    return against(name, 'records/s', measured, limit, { aim });
  } finally {
    await outside.close();
    await simulator.stop();
  }
}

async function open(
  { provider, config }: Vendor,
  told: Simulated,
  outside: GuardedOutside,
): Promise<Session> {
  const connector = connectors.find((one) => one.provider === provider);
  if (!connector) throw new Error(`There is no connector to ${provider}.`);
  const settings = { config: { ...told.config, ...config }, credentials: told.credentials };
  return connector.open(settings, outside);
}

/** As a run reads. */
async function readAll(
  session: Session,
  object: string,
  key: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const asked = { object, key, batchBytes: 4 * 2 ** 20, batchRows: 50_000, signal };
  const { batches } = await session.read(asked);
  let count = 0;
  for await (const batch of batches) count += batch.rows.length;
  return count;
}

async function timed(records: number, read: () => Promise<number>): Promise<number> {
  const began = performance.now();
  const count = await read();
  if (count !== records) throw new Error(`${count} of ${records} records were read`);
  return (records * 1000) / (performance.now() - began);
}
