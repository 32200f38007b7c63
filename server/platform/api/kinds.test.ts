import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { after, test } from 'node:test';
import Type from 'typebox';
import { createClient } from '../../../contract/client.ts';
import { api, endpoint, Nothing } from '../../../contract/endpoint.ts';
import { openapi } from '../../../contract/openapi.ts';
import { createHttp } from '../../runtime/http/http.ts';
import { shortId } from '../../runtime/ids.ts';
import { silent } from '../../testing/cluster.ts';
import { makeClient, makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { record } from '../audit/record.ts';
import { Door } from './door.ts';
import { mount } from './mount.ts';
import type { Routes } from './routes.ts';

const Named = Type.Object({ name: Type.String() });
const atOrganization = Type.Object({ organization: Type.String() });

/** One endpoint of each kind that a product may need and none of today's has. */
const kinds = api({
  name: 'kinds',
  title: 'Kinds',
  description: 'Endpoints of every kind.',
  error: Type.Object({ error: Type.String() }),
  commonErrors: ['not_found', 'too_many_requests'],
  prefixes: ['/kinds'],
  endpoints: {
    showPage: endpoint({
      method: 'GET',
      path: '/kinds/pages/:organization',
      summary: 'What anybody may see of an organization',
      scope: 'visitor',
      params: atOrganization,
      status: 200,
      answer: Named,
    }),
    leaveNote: endpoint({
      method: 'POST',
      path: '/kinds/pages/:organization/notes',
      summary: 'What anybody may do there',
      scope: 'visitor',
      params: atOrganization,
      body: Named,
      status: 202,
      answer: Type.Object({ accepted: Type.Boolean() }),
      errors: ['invalid_request'],
    }),
    callVendor: endpoint({
      method: 'POST',
      path: '/kinds/vendor',
      summary: 'Calls the outside between transactions',
      scope: 'bookings/post',
      outside: true,
      status: 204,
      answer: Nothing,
    }),
    takeSigned: endpoint({
      method: 'POST',
      path: '/kinds/signed',
      summary: 'Takes a body that is signed as it was sent',
      scope: 'bookings/post',
      rawBytesMax: 1_000,
      status: 200,
      answer: Type.Object({ signature: Type.String(), bytes: Type.Integer() }),
    }),
  },
});

const app = await startServer({ HEDDLE_ROLES: 'web' });
const { platform } = app.server;
const organization = await makeOrganization(app, 'Smile Group');
const { token } = await makeClient(app, organization);
const steps: string[] = [];

const routes: Routes<typeof kinds> = {
  async showPage({ db, organization: id, caller }) {
    const [row] = await db.rows<{ name: string }>(
      'select name from platform.organization where id = $1',
      [id],
    );
    return { name: `${row?.name} for a ${caller.kind}` };
  },
  async leaveNote(ctx) {
    await record(ctx, 'organization.update', shortId('organization', ctx.organization), []);
    return { accepted: true };
  },
  async callVendor({ db, transaction }) {
    const open = async () => {
      const [row] = await platform.database.system.reading.rows<{ count: number }>(
        `select count(*)::int as count from pg_stat_activity
         where datname = current_database() and state = 'idle in transaction'`,
      );
      return row?.count;
    };
    await db.rows('select 1');
    await transaction(async ({ tx }) => void (await tx.rows('select 1')));
    steps.push(`open between them: ${await open()}`);
    await transaction(async ({ tx }) => void (await tx.rows('select 2')));
    return undefined;
  },
  takeSigned: (_, { body }) => ({
    signature: createHmac('sha256', 'secret').update(body).digest('hex'),
    bytes: body.length,
  }),
};

const http = createHttp(platform.config, silent, []);
const door = new Door(http, platform);
const { database, files, keyring, depths, clock, log } = platform;
mount(http, kinds, routes, { database, files, keyring, depths, door, clock, log, origin: '' });
const url = await http.listen({ port: 0 });
after(() => http.close());
const client = createClient(kinds, { url, authorization: token });

test('a page without sign-in acts within the organization that its path names', async () => {
  const params = { organization: shortId('organization', organization) };
  const shown = await client.showPage({ params });
  const left = await client.leaveNote({ params, body: { name: 'Ada' } });
  const nobodys = shortId('organization', 4_000_000);
  const missing = await client.showPage({ params: { organization: nobodys } });

  const [entry] = await database.system.reading.rows(
    'select organization_id, actor from platform.audit order by id desc limit 1',
  );
  assert.deepEqual(shown.ok && shown.body, { name: 'Smile Group for a visitor' });
  assert.deepEqual([left.status, left.ok && left.body], [202, { accepted: true }]);
  assert.equal(missing.status, 404);
  assert.deepEqual(entry, { organization_id: organization, actor: 'visitor' });
});

test('a page without sign-in is limited by the address, for each organization', async () => {
  const other = shortId('organization', await makeOrganization(app));
  const busy = shortId('organization', await makeOrganization(app));
  const statuses = new Set<number>();

  while (!statuses.has(429)) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => client.showPage({ params: { organization: busy } })),
    );
    for (const { status } of answers) statuses.add(status);
  }
  const elsewhere = await client.showPage({ params: { organization: other } });

  assert.deepEqual([...statuses].toSorted(), [200, 429]);
  assert.equal(elsewhere.status, 200);
});

test('a function may call the outside between transactions, and answer nothing', async () => {
  const called = await client.callVendor();

  assert.deepEqual(steps, ['open between them: 0']);
  assert.deepEqual([called.status, called.ok && called.body], [204, undefined]);
  assert.equal(called.headers.get('content-type'), null);
});

test('a body can be had as the bytes that were sent, whatever they are', async () => {
  const sent = Buffer.from('{"b": 1,\n "a": [] }');
  const broken = Buffer.from([0xff, 0x00, 0x7b]);

  const signed = await client.takeSigned({ body: sent });
  const anything = await client.takeSigned({ body: broken });
  const tooMuch = await client.takeSigned({ body: Buffer.alloc(1_001) });
  const empty = await fetch(`${url}/kinds/signed`, {
    method: 'POST',
    headers: { authorization: token },
  });

  const signature = createHmac('sha256', 'secret').update(sent).digest('hex');
  assert.deepEqual(signed.ok && signed.body, { signature, bytes: sent.length });
  assert.equal(anything.ok && anything.body.bytes, 3);
  assert.equal(tooMuch.status, 413);
  assert.equal(((await empty.json()) as { bytes: number }).bytes, 0);
});

test('all of that stands in the document of an API', () => {
  const document = openapi(kinds, { url, version: '1' }) as unknown as {
    paths: Record<string, { post: { responses: Record<string, object>; requestBody?: object } }>;
  };

  const called = document.paths['/kinds/vendor']?.post;
  const signed = document.paths['/kinds/signed']?.post;
  assert.deepEqual(called?.responses['204'], { description: 'Done.' });
  assert.deepEqual(signed?.requestBody, {
    required: true,
    content: { '*/*': { schema: { type: 'string', format: 'binary' } } },
  });
});
