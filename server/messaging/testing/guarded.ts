import { messaging } from '../../../contract/messaging/index.ts';
import { messagingWebsite } from '../../../contract/messaging/website/index.ts';
import type { Guarded } from '../../platform/api/testing/guarded.ts';
import { ofWebsite } from '../../platform/testing/guarded.ts';
import type { TestServer } from '../../testing/server.ts';
import { createKey } from '../operator/index.ts';
import { makeTeam } from './scene.ts';

export async function guarded(app: TestServer): Promise<Guarded[]> {
  const { bot, organization } = await makeTeam(app);
  const narrow = await createKey(app.server.platform, organization, {
    name: 'Sync only',
    kind: 'sync',
    plan: 'unlimited',
  });
  const forBots: Guarded = {
    api: messaging,
    welcome: { authorization: `Bearer ${bot.key}` },
    strangers: () => [
      {
        who: 'a key that nobody has',
        headers: { authorization: `Bearer ${'A'.repeat(24)}` },
        code: 'unauthorized',
      },
      {
        who: 'a key of another API',
        headers: { authorization: `Bearer ${narrow.key}` },
        code: 'missing_scope',
      },
    ],
  };
  return [forBots, await ofWebsite(app, messagingWebsite)];
}
