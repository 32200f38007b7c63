import { tokenScopes } from '../../../contract/apis.ts';
import { syncScopes } from '../../../contract/sync/index.ts';
import {
  type Credentials,
  createConsumer,
  type NewConsumer,
} from '../../platform/consumers/consumers.ts';
import type { Demo, DemoTerms } from '../../platform/product.ts';
import { Providers } from '../connections/providers.ts';
import { Sessions } from '../connections/sessions.ts';
import { defineAll, type Made } from './definitions.ts';
import { checkConnections, makeHistory } from './history.ts';
import { folderOf, makePlaces } from './places.ts';

/** Everything but writing in other products: what a program needs that moves data. */
const program: NewConsumer = {
  name: 'Demo sync',
  scopes: tokenScopes.filter((scope) => scope.endsWith('/get') || syncScopes.includes(scope)),
  resourceIds: null,
  plan: 'enterprise',
};

/** An older system and a sheet that flow into a warehouse. */
export const demo: Demo = {
  prepare: async (platform) => {
    const sessions = new Sessions({ ...platform, providers: new Providers(platform.keyring) });
    return async (ctx, { secret }) => {
      await createConsumer(ctx.tx, ctx.organization, program, ctx.now, clientOf(secret));
      return { sync_demo: await defineAll(ctx, sessions), sync_client: true };
    };
  },
  isMissingIn: (remembered) => !('sync_demo' in remembered),
  show: (remembered, secret) => ({
    credentials: 'sync_client' in remembered ? { sync: clientOf(secret) } : {},
    made: {},
  }),
  async complete(platform, { organization, remembered, signal }) {
    const { sync_demo: made } = remembered as { sync_demo?: Made };
    const folder = folderOf(platform.config, organization);
    if (!made || folder === undefined) return;
    await makePlaces(folder, platform.clock.now());
    const sessions = new Sessions({ ...platform, providers: new Providers(platform.keyring) });
    await checkConnections(platform, organization, { ...made, sessions });
    await makeHistory(platform, organization, { ...made, folder, signal });
  },
  describe(shown, url) {
    const { sync } = shown as { sync: { client_id: string; client_secret: string } };
    return `
  Credentials for its Sync API:
    client id         ${sync.client_id}
    client secret     ${sync.client_secret}
  Try it:
    TOKEN=$(curl -s -d grant_type=client_credentials -d client_id=${sync.client_id} \\
      -d client_secret=${sync.client_secret} ${url}/v1/auth/token | cut -d '"' -f 4)
    curl -H "Authorization: Bearer $TOKEN" ${url}/v1/syncs
    bin/heddle sync list
`;
  },
};

/** With the colon between them 48 bytes: `openssl base64` writes them in one line. */
function clientOf(secret: DemoTerms['secret']): Credentials {
  return {
    client_id: secret('sync client id', 14),
    client_secret: secret('sync client secret', 33),
  };
}
