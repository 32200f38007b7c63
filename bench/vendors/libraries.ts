import { Client } from '@hubspot/api-client';
import jsforce from 'jsforce';
import nodeHttp from 'snowflake-sdk/dist/lib/http/node.js';
import { fetch } from 'undici';
import { type DriverError, loadDriver } from '../../server/sync/connectors/snowflake/driver.ts';

export type Simulated = {
  readonly url: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
};

/** Reads all records of an object, with these fields, and answers how many there were. */
export type Alone = (
  at: Simulated,
  object: string,
  fields: readonly string[],
) => Promise<() => Promise<number>>;

async function signInToSalesforce({ url, credentials }: Simulated) {
  const { consumer_key: clientId, consumer_secret: clientSecret } = credentials;
  const oauth2 = { loginUrl: url, clientId, clientSecret };
  const connection = new jsforce.Connection({ oauth2, version: '65.0' } as never);
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

export const jsforceByPages: Alone = async (at, object, fields) => {
  const connection = await signInToSalesforce(at);
  return async () => {
    let page = await connection.query(`SELECT ${fields} FROM ${object} ORDER BY Id`);
    let count = page.records.length;
    while (page.nextRecordsUrl !== undefined && !page.done) {
      page = await connection.queryMore(page.nextRecordsUrl);
      count += page.records.length;
    }
    return count;
  };
};

export const jsforceByJob: Alone = async (at, object, fields) => {
  const connection = await signInToSalesforce(at);
  return async () => {
    const records = await connection.bulk2.query(`SELECT ${fields} FROM ${object}`);
    let count = 0;
    for await (const _ of records) count += 1;
    return count;
  };
};

export const hubspotClient: Alone = async ({ url, credentials }, object, fields) => {
  const client = new Client({ accessToken: String(credentials.access_token), basePath: url });
  const { basicApi } = client.crm.objects;
  return async () => {
    let count = 0;
    for (let after: string | undefined, isEnd = false; !isEnd; isEnd = after === undefined) {
      const page = await basicApi.getPage(object, 100, after, [...fields]);
      count += page.results.length;
      after = page.paging?.next?.after;
    }
    return count;
  };
};

export const snowflakeDriver: Alone = async ({ url, config, credentials }, object, fields) => {
  const driver = await loadDriver({ httpClientClass: nodeHttp.NodeHttpClient });
  const { account, database, schema } = config;
  const connection = driver.createConnection({
    ...{ accessUrl: url, account, database, schema, authenticator: 'SNOWFLAKE_JWT' },
    ...{ username: credentials.user, privateKey: credentials.private_key },
    ...{ rowMode: 'array', fetchAsString: ['Number', 'Date', 'JSON', 'Buffer'] },
  });
  const error = await new Promise<DriverError | undefined>((done) => {
    connection.connectAsync(done).catch(done);
  });
  if (error) throw error;
  const columns = fields.map((name) => `"${name}"`).join(', ');
  const sqlText = `select ${columns} from ${object}`;
  return async () => {
    const statement = await new Promise<ReturnType<typeof connection.execute>>((done, fail) => {
      const complete = (failed: Error | undefined, one: ReturnType<typeof connection.execute>) =>
        failed ? fail(failed) : done(one);
      connection.execute({ sqlText, streamResult: true, complete });
    });
    let count = 0;
    for await (const _ of statement.streamRows()) count += 1;
    return count;
  };
};

type ODataPage = { readonly d: { readonly results: readonly unknown[]; readonly __next?: string } };

/** There is no library: its pages by fetch and JSON.parse. */
export const barePages: Alone = async ({ url, credentials }, object, fields) => {
  const basic = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, accept: 'application/json' };
  return async () => {
    let next: string | undefined = `${url}/${object}?$select=${fields}&$format=json`;
    let count = 0;
    while (next !== undefined) {
      const answer: Response = (await fetch(next, { headers })) as never;
      const { d } = JSON.parse(await answer.text()) as ODataPage;
      count += d.results.length;
      next = d.__next?.replaceAll('+', '%2B');
    }
    return count;
  };
};
