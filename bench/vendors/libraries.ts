import { Client } from '@hubspot/api-client';
import { type ConversationsHistoryResponse, LogLevel, WebClient } from '@slack/web-api';
import jsforce from 'jsforce';
import nodeHttp from 'snowflake-sdk/dist/lib/http/node.js';
import { fetch } from 'undici';
import { type DriverError, loadDriver } from '../../server/sync/connectors/snowflake/driver.ts';

export type Simulated = {
  readonly url: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly credentials: Readonly<Record<string, string>>;
};

export type Asked = {
  readonly object: string;
  readonly fields: readonly string[];
  readonly key: readonly string[];
};

/** Signs in; what is answered reads all records of an object, and answers how many there were. */
export type Alone = (at: Simulated, asked: Asked) => Promise<() => Promise<number>>;

async function signInToSalesforce({ url, credentials }: Simulated) {
  const { consumer_key: clientId, consumer_secret: clientSecret } = credentials;
  const oauth2 = { loginUrl: url, clientId, clientSecret };
  const connection = new jsforce.Connection({ oauth2, version: '65.0' } as never);
  await connection.authorize({ grant_type: 'client_credentials' });
  return connection;
}

export const jsforceByPages: Alone = async (at, { object, fields }) => {
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

export const jsforceByJob: Alone = async (at, { object, fields }) => {
  const connection = await signInToSalesforce(at);
  return async () => {
    const records = await connection.bulk2.query(`SELECT ${fields} FROM ${object}`);
    let count = 0;
    for await (const _ of records) count += 1;
    return count;
  };
};

export const hubspotClient: Alone = async ({ url, credentials }, { object, fields }) => {
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

export const slackClient: Alone = async ({ url, credentials }) => {
  const given = { slackApiUrl: `${url}/api/`, logLevel: LogLevel.ERROR };
  const client = new WebClient(String(credentials.token), given);
  const types = 'public_channel,private_channel';
  const { channels = [] } = await client.conversations.list({ types, limit: 999 });
  const own = channels.flatMap(({ id, is_member }) => (is_member && id ? [id] : []));
  return async () => {
    let count = 0;
    for (const channel of own) {
      const asked = { channel, limit: 999 };
      for await (const page of client.paginate('conversations.history', asked)) {
        const { messages = [] } = page as ConversationsHistoryResponse;
        count += messages.length;
        for (const { ts = '', reply_count } of messages) {
          if (!reply_count) continue;
          const thread = await client.conversations.replies({ channel, ts, limit: 999 });
          count += (thread.messages?.length ?? 1) - 1;
        }
      }
    }
    return count;
  };
};

export const snowflakeDriver: Alone = async ({ url, config, credentials }, { object, fields }) => {
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

type ODataPage = {
  readonly d: {
    readonly results: readonly Readonly<Record<string, unknown>>[];
    readonly __next?: string;
  };
};

const pageSize = 1_000;

/** There is no library: the same pages, after a key and by links, by fetch and JSON.parse. */
export const barePages: Alone = async (
  { url, credentials },
  { object, fields, key: [key = ''] },
) => {
  const basic = Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const headers = { authorization: `Basic ${basic}`, accept: 'application/json' };
  const list = `${url}/${object}?$select=${fields}&$orderby=${key}&$top=${pageSize}&$format=json`;
  const page = async (at: string) => {
    const answer = await fetch(at, { headers });
    return (JSON.parse(await answer.text()) as ODataPage).d;
  };
  return async () => {
    let [count, last, isEnd] = [0, '', false];
    while (!isEnd) {
      const beyond = encodeURIComponent(`(${key} gt '${last}')`);
      let next: string | undefined = last === '' ? list : `${list}&$filter=${beyond}`;
      const before = count;
      while (next !== undefined) {
        const { results, __next }: ODataPage['d'] = await page(next);
        count += results.length;
        last = String(results.at(-1)?.[key] ?? last);
        next = __next?.replace(/\+(?=\d\d:\d\d)/, '%2B');
      }
      isEnd = count - before < pageSize;
    }
    return count;
  };
};

const workdayPageSize = 100;

/** There is no library either: pages that overlap by one record, as they are asked for here. */
export const bareInstances: Alone = async ({ url, config, credentials }) => {
  const { client_id, client_secret, refresh_token } = credentials;
  const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
  const granted = await fetch(`${url}/ccx/oauth2/${config.tenant}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refresh_token ?? '' }),
  });
  const { access_token } = (await granted.json()) as { access_token: string };
  const headers = { authorization: `Bearer ${access_token}`, accept: 'application/json' };
  const list = `${url}/ccx/api/staffing/v6/${config.tenant}/workers?limit=${workdayPageSize}`;
  return async () => {
    let [count, total] = [0, 1];
    while (count < total) {
      const offset = Math.max(0, count - 1);
      const answer = await fetch(`${list}&offset=${offset}`, { headers });
      const page = JSON.parse(await answer.text()) as { data: unknown[]; total: number };
      count = offset + page.data.length;
      total = page.total;
    }
    return count;
  };
};
