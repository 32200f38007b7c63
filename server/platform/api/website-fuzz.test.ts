import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Endpoint } from '../../../contract/endpoint.ts';
import { platform } from '../../../contract/platform/index.ts';
import { shortId } from '../../runtime/ids.ts';
import type { Log } from '../../runtime/log.ts';
import { makeOrganization } from '../../testing/makers.ts';
import { startServer } from '../../testing/server.ts';
import { makeSignedIn } from '../testing/website.ts';
import { misfit, type Received } from './testing/fitting.ts';
import { inputFor, type Known } from './testing/inputs.ts';

const failures: object[] = [];
const log: Log = {
  debug() {},
  info() {},
  warn() {},
  error: (fields) => failures.push(fields),
  child: () => log,
};
const app = await startServer({ HEDDLE_ROLES: 'web' }, log);
const organization = await makeOrganization(app);
const owner = await makeSignedIn(app, organization, 'owner');

type Sent = { headers?: Record<string, string>; body?: string; by?: typeof fetch };

async function send(method: string, path: string, sent: Sent = {}): Promise<Received> {
  const { headers = {}, body, by = fetch } = sent;
  const response = await by(app.url + path.replace(/:\w+/g, 'x'), {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

test('whatever is sent, the answer is one that the contract promises', async () => {
  const ids = [shortId('member', owner.id), shortId('organization', organization), 'x', '1', 0];
  const known = Object.fromEntries(
    ['practice', 'location', 'doctor', 'booking', 'guid', 'any'].map((noun) => [noun, ids]),
  ) as Known;
  const of = (schema: object | undefined) =>
    schema ? inputFor(schema, known) : fc.constant(undefined);
  const calls = Object.values<Endpoint>(platform.endpoints).map((endpoint) =>
    fc.record({
      endpoint: fc.constant(endpoint),
      id: inputFor({ type: 'string' }, known, 'id'),
      body: of(endpoint.body),
    }),
  );

  const property = fc.asyncProperty(fc.tuple(...calls), async (together) => {
    const answers = await Promise.all(
      together.map(({ endpoint, id, body }) => {
        const given = typeof id === 'string' ? id : (JSON.stringify(id) ?? '');
        const part = encodeURIComponent(given.toWellFormed()).replace(/^\.*$/, 'dots');
        const path = endpoint.path.replace(/:\w+/, part);
        const text = body === undefined ? {} : { body: JSON.stringify(body) };
        return send(endpoint.method, path, { by: owner.fetch, ...text });
      }),
    );
    for (const [index, answer] of answers.entries()) {
      assert.equal(misfit(platform, together[index]!.endpoint, answer), undefined);
    }
  });
  await fc.assert(property, { seed: 20_261_121, numRuns: 50, endOnFailure: true });

  assert.deepEqual(failures, []);
});
