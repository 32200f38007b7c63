import assert from 'node:assert/strict';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { createClient, operationOf, requestToken } from './client.ts';
import { scheduling } from './scheduling/index.ts';

type Seen = { method?: string; url?: string; headers: IncomingHttpHeaders; body: string };

let seen: Seen;
let next: { status: number; body: string; type?: string };
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { method, url, headers } = request;
  seen = { ...(method && { method }), ...(url && { url }), headers, body: chunks.join('') };
  response.writeHead(next.status, {
    'content-type': next.type ?? 'application/json',
    'x-mark': '1',
  });
  for (const character of next.body) response.write(character);
  response.end();
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
after(() => server.close());
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = createClient(scheduling, { url, authorization: 'token' });

test('a list in the query is sent with brackets, once for each member', async () => {
  next = { status: 200, body: '[]' };

  await client.listPracticeBookings({
    params: { id: 'kfXbQ' },
    query: { status: ['open', 'pending'] },
  });

  assert.equal(
    seen.url,
    '/scheduling/practices/kfXbQ/bookings?status%5B%5D=open&status%5B%5D=pending',
  );
});

test('a body is sent as JSON, with the token and the headers of the call', async () => {
  next = { status: 201, body: '{"id":"kfXbQ"}' };
  const body = { location_id: 1, doctor_id: 'abcde', start: '2026-09-25T09:00' };

  await client.createBooking({ body }, { headers: { 'Idempotency-Key': 'once' } });

  assert.equal(seen.method, 'POST');
  assert.deepEqual(JSON.parse(seen.body), body);
  assert.equal(seen.headers['content-type'], 'application/json');
  assert.equal(seen.headers.authorization, 'token');
  assert.equal(seen.headers['idempotency-key'], 'once');
});

test('an answer is read whole, with its status and headers', async () => {
  next = { status: 200, body: '[{"id":"abcde","name":"Ärzte","locations":[]}]' };

  const answer = await client.listPractices();

  assert.ok(answer.ok);
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('x-mark'), '1');
  assert.deepEqual(answer.body, [{ id: 'abcde', name: 'Ärzte', locations: [] }]);
});

test('a refusal is a result', async () => {
  const error = { status: 'gone', message: 'This was deleted.', request_id: 'req_1' };
  next = { status: 410, body: JSON.stringify(error) };

  const answer = await client.getBooking({ params: { id: 'abcde' } });

  assert.ok(!answer.ok);
  assert.equal(answer.status, 410);
  assert.deepEqual(answer.error, error);
});

test('an answer that is no JSON is thrown, and named', async () => {
  next = { status: 502, body: '<h1>Bad gateway</h1>', type: 'text/html' };

  const answer = client.listPractices();

  await assert.rejects(answer, /answered 502 with text\/html instead of JSON/);
});

test('a function for the authorization is asked before each call', async () => {
  next = { status: 200, body: '[]' };
  let calls = 0;
  const asking = createClient(scheduling, { url, authorization: async () => `token ${++calls}` });

  await asking.listPractices();
  await asking.listPractices({});

  assert.equal(seen.headers.authorization, 'token 2');
});

test('a public endpoint is not shown the token', async () => {
  next = { status: 418, body: '{"status":"teapot","message":"No.","request_id":"req_1"}' };

  const answer = await client.brewCoffee();

  assert.equal(answer.ok, true);
  assert.equal('authorization' in seen.headers, false);
});

test('an id is one segment of the path whatever is in it', () => {
  const { getBooking } = scheduling.endpoints;

  const { path } = operationOf(getBooking, { params: { id: 'a/../b?c#d' } });

  assert.equal(path, '/scheduling/bookings/a%2F..%2Fb%3Fc%23d');
});

for (const id of ['', '.', '..']) {
  test(`"${id}" is refused as an id, because it would name another endpoint`, async () => {
    const answer = client.deleteBooking({ params: { id } });

    await assert.rejects(answer, /cannot be the id/);
  });
}

test('an operation holds its method, path and query', () => {
  const { listPatients } = scheduling.endpoints;
  const query = { since: '2026-11-05T08:15:30+05:00', limit: 10 };

  const operation = operationOf(listPatients, { params: { id: 'abcde' }, query });

  assert.deepEqual(operation, {
    method: 'GET',
    path: '/scheduling/practices/abcde/patients',
    query: '?since=2026-11-05T08%3A15%3A30%2B05%3A00&limit=10',
  });
});

test('a token is asked for with a form', async () => {
  const token = { access_token: 'a.b.c', expires_in: 3600, token_type: 'Bearer' };
  next = { status: 200, body: JSON.stringify(token) };

  const answer = await requestToken(`${url}/`, { client_id: 'one', client_secret: 's&p' });

  assert.deepEqual(answer, token);
  assert.equal(seen.url, '/oauth2/token');
  assert.equal(seen.body, 'grant_type=client_credentials&client_id=one&client_secret=s%26p');
});

test('a token that is refused is thrown with its code', async () => {
  next = { status: 401, body: '{"error":"invalid_client"}' };

  const answer = requestToken(url, { client_id: 'one', client_secret: 'two' });

  await assert.rejects(answer, /invalid_client/);
});

test('what the contract does not allow does not compile', () => {
  const wrong = [
    // @ts-expect-error: the path has an id
    () => client.getBooking(),
    // @ts-expect-error: an id in a path is a text
    () => client.getBooking({ params: { id: 1 } }),
    // @ts-expect-error: reading takes no body
    () => client.getBooking({ params: { id: 'abcde' }, body: {} }),
    // @ts-expect-error: nothing narrows this list
    () => client.listPractices({ query: { since: '2026-01-01' } }),
    // @ts-expect-error: no such status
    () => client.listPracticeBookings({ params: { id: 'abcde' }, query: { status: ['closed'] } }),
    // @ts-expect-error: a doctor is needed
    () => client.createBooking({ body: { location_id: 1 } }),
    // @ts-expect-error: `since` is needed
    () => client.listFormGuids(),
    // @ts-expect-error: no such endpoint
    () => client.listDoctors(),
    async () => {
      const answer = await client.listPractices();
      // @ts-expect-error: whether there is an answer has to be asked first
      return answer.body;
    },
    async () => {
      const answer = await client.getBooking({ params: { id: 'abcde' } });
      // @ts-expect-error: a booking has no price
      return answer.ok && answer.body.price;
    },
  ];

  assert.equal(wrong.length, 10);
});
