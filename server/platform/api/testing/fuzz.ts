import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Api, Endpoint } from '../../../../contract/endpoint.ts';
import { type Outside, sendAllBriefly } from '../../../testing/outside.ts';
import { misfit, type Received } from './fitting.ts';
import { nounOf, paramsOf } from './guarded.ts';
import { inputFor, type Known } from './inputs.ts';
import { queryOf, segmentOf, waits } from './target.ts';

export type Call = {
  name: string;
  path: string;
  endpoint: Endpoint;
  params: Record<string, unknown>;
  query: unknown;
  body: unknown;
  key: string | undefined;
  /** Who of several asks. */
  caller: number;
};

export type Fuzzing = {
  api: Api;
  url: string;
  outside: Outside;
  /** What fast-check prints about a failure has the seed and path that repeat it. */
  seed: number;
  rounds: number;
  /** Ids that a call of this endpoint may name. */
  known(name: string): Known;
  /** Queries that go well, for endpoints of which hardly any does. */
  queries?: Readonly<Record<string, object>>;
  headers(call: Call): Record<string, string>;
  /** What need not go well even once. */
  unlikely?: readonly string[];
};

const callsAtOnce = 10;
/** Each may ask a thousand times before it has to wait. */
export const callers = 6;

/**
 * Sends whatever schemas make likely and unlikely, several calls at once. @throws AssertionError for
 * an answer that the contract does not promise, one that keeps others waiting, and an endpoint that
 * never succeeded
 */
export async function fuzz(fuzzing: Fuzzing): Promise<void> {
  const { api, seed, rounds, unlikely = [] } = fuzzing;
  const seen = new Set<string>();
  const endpoints = Object.entries(api.endpoints).filter(([, one]) => !one.form && !waits(one));
  const calls = endpoints.flatMap(([name, endpoint]) =>
    [endpoint.path, ...(endpoint.aliases ?? [])].map((path) =>
      callOf(fuzzing, { name, path, endpoint }),
    ),
  );
  const round = fc.array(fc.oneof(...calls), { minLength: callsAtOnce, maxLength: callsAtOnce });

  const property = fc.asyncProperty(round, async (together) => {
    const answers = await sendAllBriefly(
      together.map((call) => ({ what: JSON.stringify(call), send: () => send(fuzzing, call) })),
    );
    for (const [index, answer] of answers.entries()) {
      const { name, endpoint } = together[index] as Call;
      seen.add(`${name} ${answer.status}`);
      assert.equal(misfit(api, endpoint, answer), undefined, name);
    }
  });
  await fc.assert(property, { seed, numRuns: rounds, endOnFailure: true });

  for (const [name, { status }] of endpoints) {
    const isFine = seen.has(`${name} ${status}`) || unlikely.includes(name);
    assert.ok(isFine, `${name} never succeeded: ${[...seen].sort()}`);
  }
}

function callOf(
  { known, queries = {} }: Fuzzing,
  { name, path, endpoint }: Pick<Call, 'name' | 'path' | 'endpoint'>,
): fc.Arbitrary<Call> {
  const ids = known(name);
  const of = (schema: object | undefined) =>
    schema ? inputFor(schema, ids) : fc.constant(undefined);
  const params = paramsOf(path).map((param) => [
    param,
    inputFor({ type: 'string' }, ids, `${nounOf(path, param)}_id`),
  ]);
  const keys = fc.constantFrom('one', 'two', 'x'.repeat(255), 'x'.repeat(256));
  return fc.record({
    name: fc.constant(name),
    path: fc.constant(path),
    endpoint: fc.constant(endpoint),
    params: fc.record(Object.fromEntries(params)),
    query: fc.oneof(of(endpoint.query), fc.constant(queries[name])),
    body: of(endpoint.body),
    key: fc.oneof({ weight: 8, arbitrary: fc.constant(undefined) }, keys),
    caller: fc.oneof(fc.constant(0), { weight: 2, arbitrary: fc.nat(callers - 1) }),
  });
}

async function send(fuzzing: Fuzzing, call: Call): Promise<Received> {
  const { endpoint, params, query, body, key } = call;
  const path = call.path.replace(/:(\w+)/g, (_, param) => segmentOf(params[param]));
  const response = await fuzzing.outside.fetch(fuzzing.url + path + queryOf(query), {
    method: endpoint.method,
    headers: {
      ...fuzzing.headers(call),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}
