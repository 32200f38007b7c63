import assert from 'node:assert/strict';
import type { Api, Endpoint } from '../../../../contract/endpoint.ts';
import { Outside, sendBriefly } from '../../../testing/outside.ts';
import { hostileMembers, hostileQueries, hostileWholes } from './hostile.ts';
import { waits } from './target.ts';

/** Credentials by the scope of an endpoint; asked for every request. */
export type Credentials = (scope: string) => Record<string, string>;

type Attack = { what: string; query?: string; body?: string };

/**
 * Sends what is hostile to every endpoint of an API that answers at once, all of it or every `step`th, one at a time, and
 * answers how much that was. @throws AssertionError for what keeps others waiting, or is a 5xx
 */
export async function attack(
  api: Pick<Api, 'endpoints'>,
  { url, credentials, step }: { url: string; credentials: Credentials; step: number },
): Promise<number> {
  const outside = new Outside();
  await outside.ready();
  let [made, sent] = [0, 0];
  try {
    for (const [name, endpoint] of Object.entries<Endpoint>(api.endpoints)) {
      if (waits(endpoint)) continue;
      for (const one of attacksOn(endpoint)) {
        made += 1;
        if (made % step !== 0) continue;
        sent += 1;
        const headers = { 'content-type': 'application/json', ...credentials(endpoint.scope) };
        const send = outside.prepare(url + targetOf(endpoint, one), {
          method: endpoint.method,
          headers,
          ...(one.body === undefined ? {} : { body: one.body }),
        });
        const answer = await sendBriefly(`${name}: ${one.what}`, send);
        const text = await answer.text();
        // Otherwise the attack would not have come far.
        if (endpoint.scope !== 'public') assert.ok(![401, 429].includes(answer.status), text);
        assert.ok(answer.status < 500, `${name}: ${one.what} is a ${answer.status}: ${text}`);
      }
    }
  } finally {
    await outside.close();
  }
  return sent;
}

function* attacksOn(endpoint: Endpoint): Generator<Attack> {
  if (endpoint.query) {
    for (const { what, text } of hostileQueries(endpoint)) yield { what, query: text };
  }
  if (!endpoint.body) return;
  for (const { what, text } of hostileWholes()) yield { what, body: text };
  for (const { what, text } of hostileMembers(endpoint)) yield { what, body: text };
}

/** With an id of each kind that nothing has. */
function targetOf({ path }: Endpoint, { query }: Attack): string {
  return path.replace(/:\w+/g, '12345678901') + (query === undefined ? '' : `?${query}`);
}
