// Requests as the client libraries of 2026 send them, over plain HTTP and over TLS of the server's own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { json } from 'node:stream/consumers';
import { after, describe, test } from 'node:test';
import { syncScopes } from '../../../contract/sync/index.ts';
import { until } from '../../runtime/testing/until.ts';
import { makeClient } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { makeCertificates } from '../connectors/testing/certificates.ts';
import { makeDatabase } from '../connectors/testing/databases.ts';
import { connect, makeSyncScene } from '../testing/scene.ts';

const certificates = await makeCertificates();
const tls = { HEDDLE_TLS_CERT: certificates.certificate, HEDDLE_TLS_KEY: certificates.key };
const app = await startServer();
const lenient = await app.another({ HEDDLE_SDK_COMPAT: '1' });
const secure = await app.another({ ...tls, HEDDLE_SDK_COMPAT: '1', HEDDLE_REQUIRE_HTTPS: '1' });
const database = await makeDatabase();
after(() => Promise.all([database.end(), certificates.end()]));
await database.admin.query(`create table contacts (id int primary key, email text);
  insert into contacts select n, 'person' || n || '@example.com' from generate_series(1, 5) n`);
const scene = await makeSyncScene(app);
const { client_id, client_secret } = await makeClient(app, scene.organization, {
  scopes: syncScopes,
});
const connection = await connect(scene, database);

type Headers = Readonly<Record<string, string>>;
type Sent = { body?: unknown; headers?: Headers };
type Shown = {
  id: string;
  name: string;
  status: string;
  access_token: string;
  records_synced: number;
  recordsSynced: number;
  records_written: number;
  source: { connection_id: string; object: string };
  destination: { connection_id: string; table: string };
  health: { message: string };
  error: { code: string; details: { field: string } };
};
type Answer = { status: number; answer: Shown & readonly Shown[] };
type Ask = (method: string, path: string, sent?: Sent) => Promise<Answer>;

/** Every request says that it is JSON, also where it has no body. */
function asking(url: string, token?: string): Ask {
  const { port } = new URL(url);
  const isSecure = url === secure.url;
  const place = { host: '127.0.0.1', port, agent: false } as const;
  const trust = { ca: certificates.ca, servername: 'db.example' };
  return async (method, path, { body, headers = {} } = {}) => {
    const text = body === undefined ? '' : JSON.stringify(body);
    const all = {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(text ? { 'content-length': String(Buffer.byteLength(text)) } : {}),
      ...headers,
    };
    const given = { ...place, method, path, headers: all };
    const asked = isSecure ? requestSecure({ ...given, ...trust }) : requestPlain(given);
    const [response] = await once(asked.end(text), 'response');
    const status = response.statusCode;
    const answer = status === 204 ? undefined : await json(response);
    return { status, answer: answer as Answer['answer'] };
  };
}

async function signIn(url: string): Promise<Ask> {
  const body = { client_id, client_secret, grant_type: 'client_credentials' };
  const { status, answer } = await asking(url)('POST', '/v1/auth/token', { body });
  assert.equal(status, 200);
  return asking(url, answer.access_token);
}

/** As the HTTP client of Java offers HTTP/2 with whatever it sends over plain HTTP. */
const offer = {
  connection: 'Upgrade, HTTP2-Settings',
  upgrade: 'h2c',
  'http2-settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
};

const nothing = [null, ''] as const;

/** What is not given is null or an empty text; the table stands beside the object. */
function bareSync(table: string, none: (typeof nothing)[number]) {
  return {
    name: none,
    source: {
      connection: connection,
      connection_id: none,
      object: 'contacts',
      table: none,
      query: none,
    },
    destination: { connection_id: connection, connection: none, object: none, table },
    schedule: none,
    timezone: none,
    cursor_field: none,
    field_mappings: null,
    filters: null,
    transforms: null,
    mode: null,
  };
}

for (const [transport, { url }] of Object.entries({ 'plain HTTP': lenient, TLS: secure })) {
  describe(`over ${transport}`, () => {
    test('a sync with nothing but its ends is made, run and shown', async () => {
      const ask = await signIn(url);
      for (const none of nothing) {
        const table = `${transport === 'TLS' ? 'secure' : 'plain'}_${none === null ? 'null' : 'empty'}`;

        const made = await ask('POST', '/v1/syncs', { body: bareSync(table, none) });
        assert.equal(made.status, 201, JSON.stringify(made.answer));
        const path = `/v1/syncs/${made.answer.id}`;
        const begun = await ask('POST', `${path}/run`);
        const done = await until('the run is over', async () => {
          const { answer } = await ask('GET', `${path}/runs/${begun.answer.id}`);
          return !['queued', 'running'].includes(answer.status) && answer;
        });
        const shown = await ask('GET', path);

        assert.equal(begun.status, 202);
        assert.match(made.answer.name, /^sync \d+$/);
        assert.deepEqual([made.answer.records_synced, made.answer.recordsSynced], [0, 0]);
        assert.deepEqual([done.status, done.records_written], ['completed', 5]);
        assert.deepEqual([shown.answer.records_synced, shown.answer.recordsSynced], [5, 5]);
        const { source, destination } = shown.answer;
        assert.deepEqual([source.connection_id, source.object], [connection, 'contacts']);
        assert.deepEqual([destination.connection_id, destination.table], [connection, table]);
      }
    });

    test('object and table may both be given, also when they are the same', async () => {
      const ask = await signIn(url);
      const both = { connection_id: connection, object: 'contacts', table: 'contacts' };
      const body = { name: 'Both', source: both, destination: { ...both, table: 'elsewhere' } };

      const { status, answer } = await ask('POST', '/v1/syncs', { body });

      assert.equal(status, 201);
      assert.deepEqual([answer.source.object, answer.destination.table], ['contacts', 'elsewhere']);
    });

    test('a connection with nothing but its provider waits, and has a name', async () => {
      const ask = await signIn(url);
      for (const none of nothing) {
        const body = { provider: 'hubspot', name: none, config: null, credentials: null };

        const { status, answer } = await ask('POST', '/v1/connections', { body });

        assert.deepEqual([status, answer.status], [201, 'pending']);
        assert.match(answer.name, /^hubspot \d+$/);
        assert.match(answer.health.message, /no credentials/);
      }
    });

    test('connections and syncs are found without the version, by every method', async () => {
      const ask = await signIn(url);
      const ends = {
        source: { connection, object: 'contacts' },
        destination: { connection, table: 'x' },
      };
      const { answer: sync } = await ask('POST', '/syncs', { body: { name: 'Bare', ...ends } });
      const body = { provider: 'hubspot', name: 'Bare', credentials: { access_token: 'x' } };
      const { answer: made } = await ask('POST', '/connections?check=false', { body });

      const answers = [
        await ask('GET', '/syncs'),
        await ask('GET', `/syncs/${sync.id}`),
        await ask('PUT', `/syncs/${sync.id}`, { body: { name: 'Bare, changed' } }),
        await ask('GET', `/syncs/${sync.id}/runs`),
        await ask('DELETE', `/syncs/${sync.id}`),
        await ask('GET', '/connections'),
        await ask('GET', `/connections/${made.id}`),
        await ask('PUT', `/connections/${made.id}?check=false`, { body: { name: 'Changed' } }),
        await ask('DELETE', `/connections/${made.id}`),
      ];

      const statuses = answers.map(({ status }) => status);
      assert.deepEqual(statuses, [200, 200, 200, 200, 204, 200, 200, 200, 204]);
      assert.equal(answers[2]?.answer.name, 'Bare, changed');
    });

    test('an offer of HTTP/2 is passed over, with a body and without', async () => {
      const ask = await signIn(url);
      const both = { connection, object: 'contacts', table: 'x' };
      const body = { name: 'Offered', source: both, destination: both };

      const made = await ask('POST', '/v1/syncs', { body, headers: offer });
      const listed = await ask('GET', '/v1/syncs', { headers: offer });

      assert.deepEqual([made.status, listed.status], [201, 200]);
      assert.ok(listed.answer.some(({ id }) => id === made.answer.id));
    });
  });
}

test('without the leniency, what the first libraries leave out is named', async () => {
  const ask = await signIn(app.url);
  const ends = {
    source: { connection, object: 'contacts' },
    destination: { connection, table: 'x' },
  };

  const refused = [
    await ask('POST', '/v1/syncs', { body: { ...ends, name: '' } }),
    await ask('POST', '/v1/connections', { body: { provider: 'hubspot', credentials: {} } }),
    await ask('POST', '/v1/connections', { body: { provider: 'hubspot', name: 'X' } }),
  ];

  assert.deepEqual(
    refused.map(({ status, answer }) => [status, answer.error.code, answer.error.details.field]),
    [
      [400, 'INVALID_REQUEST', 'name'],
      [400, 'INVALID_REQUEST', 'name'],
      [400, 'INVALID_REQUEST', 'credentials'],
    ],
  );
});
