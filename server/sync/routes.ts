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
import { queryData, writeData } from './data/data.ts';
import { previewSync } from './engine/preview.ts';
import { deletePrivateKey, getPrivateKey, listPrivateKeys, storePrivateKey } from './keys/keys.ts';
import { deleteCursor, getCursor, getCursorHistory, putCursor } from './syncs/cursor/cursor.ts';
import { getRunLog } from './syncs/log/log.ts';
import { listRejected, retryRejected } from './syncs/rejected/rejected.ts';
import { cancelRun, getRun, listRuns, resumeRun, runSync } from './syncs/runs/runs.ts';
import { stopSyncsOf } from './syncs/stopping.ts';
import { changeSync, createSync, deleteSync, getSync, listSyncs } from './syncs/syncs.ts';
import type { Sandbox } from './transforms/sandbox/sandbox.ts';
import {
  changeTransform,
  createTransform,
  deleteTransform,
  getTransform,
  listTransforms,
  testTransform,
} from './transforms/transforms.ts';

export type SyncParts = {
  sessions: Sessions;
  sandbox: Sandbox;
  protectingKey(organization: number): Promise<Buffer>;
};

/** What stands behind each endpoint of the Sync API. */
export function syncRoutes(services: Services, parts: SyncParts): Routes<typeof sync> {
  const { tokens, failures, keyring, config } = services;
  const { sessions, sandbox } = parts;
  const isLenient = config.sdkCompat;
  const connections = { sessions, isLenient };
  const syncs = { providers: sessions.providers, isLenient };
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
    deleteConnection: deleteConnection(stopSyncsOf),
    testConnection: testConnection(connections),
    listObjects: listObjects(sessions),
    getObject: getObject(sessions),
    createTransform: createTransform(sandbox),
    listTransforms,
    getTransform,
    putTransform: changeTransform(sandbox),
    patchTransform: changeTransform(sandbox),
    deleteTransform,
    testTransform: testTransform(sandbox),
    queryData: queryData(sessions),
    writeData: writeData(sessions),
    listSyncs,
    createSync: createSync(syncs),
    getSync,
    putSync: changeSync(syncs),
    patchSync: changeSync(syncs),
    deleteSync,
    previewSync: previewSync(parts),
    runSync: runSync(keyring),
    listRuns,
    getRun,
    cancelRun,
    resumeRun,
    listRejected: listRejected(keyring),
    retryRejected: retryRejected(keyring),
    getRunLog: getRunLog(keyring),
    getCursor,
    putCursor,
    deleteCursor,
    getCursorHistory,
  };
}
