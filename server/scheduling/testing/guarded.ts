import type { Noun } from '../../../contract/nouns.ts';
import { scheduling, schedulingScopes } from '../../../contract/scheduling/index.ts';
import { samples } from '../../../contract/scheduling/samples.ts';
import type { Guarded } from '../../platform/api/testing/guarded.ts';
import { readId } from '../../runtime/ids.ts';
import { makeClient } from '../../testing/makers.ts';
import type { TestServer } from '../../testing/server.ts';
import { book, makeWorld } from './world.ts';

export async function guarded(app: TestServer): Promise<Guarded[]> {
  const world = await makeWorld(app);
  const other = await makeWorld(app);
  const without = new Map<string, string>();
  for (const scope of schedulingScopes) {
    const scopes = schedulingScopes.filter((one) => one !== scope);
    without.set(scope, (await makeClient(app, world.organization, { scopes })).token);
  }
  const foreign = Object.entries(other.ids).map(([noun, id]) => [
    noun,
    /^(practice|location|doctor|booking)$/.test(noun)
      ? [id, String(readId(noun as Noun, id))]
      : [id],
  ]);
  return [
    {
      api: scheduling,
      welcome: { authorization: world.token },
      strangers: ({ scope }) => [
        {
          who: `every scope but ${scope}`,
          headers: { authorization: without.get(scope) ?? '' },
          code: 'missing_scope',
        },
      ],
      existing: { ids: world.ids, day: world.day },
      foreign: Object.fromEntries(foreign),
      samples,
      foreignIs: ['invalid_request', 'booking_not_available'],
      spare: { booking: () => book(world.client, { ...world, start: `${world.day}T22:00` }) },
    },
  ];
}
