import { type Api, sessionScopes } from '../../contract/endpoint.ts';
import { messaging } from '../../contract/messaging/index.ts';
import { messagingWebsite } from '../../contract/messaging/website/index.ts';
import { platform } from '../../contract/platform/index.ts';
import { scheduling } from '../../contract/scheduling/index.ts';
import { makeBot } from '../../server/messaging/testing/scene.ts';
import { attack } from '../../server/platform/api/testing/attack.ts';
import { makeSignedIn } from '../../server/platform/testing/website.ts';
import { shortId } from '../../server/runtime/ids.ts';
import { makeScene } from '../../server/testing/makers.ts';
import { busyMillisecondsMax } from '../../server/testing/outside.ts';
import { openServer } from '../../server/testing/server.ts';
import type { Soak } from './run.ts';

/** Each may ask a thousand times before they have to wait. */
const ownersCount = 6;

/** Everything hostile to every endpoint of every API, which the tests send a twelfth of. */
export const soak: Soak = async () => {
  const app = await openServer({ HEDDLE_ROLES: 'web' });
  try {
    const { organization, token } = await makeScene(app);
    const owners = await Promise.all(
      Array.from({ length: ownersCount }, () => makeSignedIn(app, organization, 'owner')),
    );
    const bot = await makeBot(app, shortId('organization', organization), 'Attacker');
    const lines: string[] = [];
    for (const api of [scheduling, messaging, messagingWebsite, platform] as Api[]) {
      let asked = 0;
      const credentials = (scope: string): Record<string, string> => {
        asked += 1;
        const { cookie = '' } = owners[asked % ownersCount] ?? {};
        if (sessionScopes.includes(scope)) return { cookie, origin: app.url };
        return { authorization: api === messaging ? `Bearer ${bot.key}` : token };
      };
      const sent = await attack(api, { url: app.url, credentials, step: 1 });
      lines.push(`${api.name}: ${sent} requests, none above ${busyMillisecondsMax} ms`);
    }
    return lines;
  } finally {
    await app.stop();
  }
};
