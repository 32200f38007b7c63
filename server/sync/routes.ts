import type { sync } from '../../contract/sync/index.ts';
import type { Routes } from '../platform/api/routes.ts';
import type { Services } from '../platform/product.ts';
import { RefreshTokens } from './access/refresh.ts';
import { createToken } from './access/tokens.ts';
import {
  changeConnection,
  createConnection,
  deleteConnection,
  getConnection,
  listConnections,
  testConnection,
} from './connections/connections.ts';
import { getObject, listObjects } from './connections/objects.ts';
import type { Sessions } from './connections/sessions.ts';
import { deletePrivateKey, getPrivateKey, listPrivateKeys, storePrivateKey } from './keys/keys.ts';

/** What stands behind each endpoint of the Sync API. */
export function syncRoutes(services: Services, sessions: Sessions): Routes<typeof sync> {
  const { tokens, failures, keyring, config } = services;
  const connections = { sessions, isLenient: config.sdkCompat };
  return {
    createToken: createToken({ tokens, failures, refreshTokens: new RefreshTokens(services) }),
    createPrivateKey: storePrivateKey(keyring),
    listPrivateKeys,
    getPrivateKey,
    deletePrivateKey,
    listProviders: () => sessions.providers.show(),
    listConnections,
    createConnection: createConnection(connections),
    getConnection,
    putConnection: changeConnection(connections),
    patchConnection: changeConnection(connections),
    deleteConnection,
    testConnection: testConnection(connections),
    listObjects: listObjects(sessions),
    getObject: getObject(sessions),
  };
}
