import type { sync } from '../../contract/sync/index.ts';
import type { Routes } from '../platform/api/routes.ts';
import type { Services } from '../platform/product.ts';
import type { Pools } from '../runtime/outgoing/pools.ts';
import type { Keyring } from '../runtime/secrets/keyring.ts';
import { RefreshTokens } from './access/refresh.ts';
import { issueToken } from './access/tokens.ts';
import { withNotices } from './alerting/accepting.ts';
import { finishAuthorization } from './connections/callback.ts';
import {
  changeConnection,
  createConnection,
  getConnection,
  listConnections,
  testConnection,
} from './connections/connections.ts';
import { deleteConnection } from './connections/deleting.ts';
import { failOrphans } from './connections/health.ts';
import { getObject, listObjects } from './connections/objects.ts';
import type { Providers } from './connections/providers.ts';
import type { Sessions } from './connections/sessions.ts';
import { queryData, writeData } from './data/data.ts';
import { previewSync } from './engine/preview.ts';
import { changeAccepted, createAccepted } from './engine/realtime/accepting.ts';
import {
  changeExtension,
  createExtension,
  deleteExtension,
  getExtension,
  listExtensions,
  rotateExtension,
} from './extensions/extensions.ts';
import { deletePrivateKey, getPrivateKey, listPrivateKeys, storePrivateKey } from './keys/keys.ts';
import type { TellWebhook } from './notices/sending.ts';
import { deleteCursor, getCursor, getCursorHistory, putCursor } from './syncs/cursor/cursor.ts';
import { getRunLog } from './syncs/log/log.ts';
import { listRejected, retryRejected } from './syncs/rejected/rejected.ts';
import { cancelRun, getRun, listRuns, resumeRun, runSync } from './syncs/runs/runs.ts';
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
import { usersOfConnection } from './triggers/connections.ts';
import { inlineTriggers } from './triggers/inline.ts';
import type { TriggerServices } from './triggers/keeping.ts';
import {
  requireUseOfCode,
  requireUseOfTellers,
  requireUseOfUsers,
  usableTellers,
} from './triggers/leading.ts';
import {
  changeTrigger,
  createTrigger,
  deleteTrigger,
  fireTrigger,
  getTrigger,
  listTriggers,
} from './triggers/triggers.ts';
import { watches } from './triggers/watching/watching.ts';
import { confidences } from './webhooks/confidence.ts';
import {
  getDelivery,
  listDeliveries,
  replayDelivery,
  testWebhook,
} from './webhooks/deliveries/deliveries.ts';
import { recoverDeliveries } from './webhooks/deliveries/recovering.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  getWebhook,
  listEventTypes,
  listWebhooks,
  rotateSecret,
} from './webhooks/webhooks.ts';
import type { ActionServices } from './workflows/actions/action.ts';
import { answerApproval } from './workflows/answering.ts';
import { listWorkflowTemplates, makeWorkflow } from './workflows/ready/templates.ts';
import {
  cancelWorkflowRun,
  getWorkflowRun,
  listWorkflowRuns,
  retryWorkflowRun,
  runWorkflow,
} from './workflows/runs/runs.ts';
import { dryRunWorkflow } from './workflows/trying.ts';
import {
  changeWorkflow,
  createWorkflow,
  deleteWorkflow,
  getWorkflow,
  listWorkflows,
} from './workflows/workflows.ts';

export type SyncParts = {
  sessions: Sessions;
  sandbox: Sandbox;
  protectingKey(organization: number): Promise<Buffer>;
  tellWebhook: TellWebhook;
  pools: Pools;
};

/** What stands behind each endpoint of the Sync API. */
export function syncRoutes(services: Services, parts: SyncParts): Routes<typeof sync> {
  const { tokens, failures, keyring, config } = services;
  const { sessions, sandbox } = parts;
  const isLenient = config.sdkCompat;
  const connections = { sessions, isLenient };
  const { providers } = sessions;
  const syncs = { providers, isLenient };
  const saveSync = withNotices(
    sessions,
    changeAccepted(sessions, changeSync({ ...parts, providers })),
  );
  const change = changeConnection(connections, requireUseOfUsers(providers));
  return {
    issueToken: issueToken({ tokens, failures, refreshTokens: new RefreshTokens(services) }),
    createPrivateKey: storePrivateKey(keyring),
    listPrivateKeys,
    getPrivateKey,
    deletePrivateKey,
    listProviders: ({ db, organization }) => providers.show(db, organization),
    listConnections,
    createConnection: createConnection(connections),
    getConnection,
    putConnection: change,
    patchConnection: change,
    deleteConnection: deleteConnection(connections, usersOfConnection),
    testConnection: testConnection(connections),
    finishAuthorization: finishAuthorization({ sessions, database: services.database }),
    listObjects: listObjects(sessions),
    getObject: getObject(sessions),
    ...extensionRoutes(services, providers),
    ...transformRoutes(sandbox, providers),
    queryData: queryData(sessions),
    writeData: writeData(sessions),
    listSyncs,
    createSync: withNotices(sessions, createAccepted(sessions, createSync(syncs))),
    getSync,
    putSync: saveSync,
    patchSync: saveSync,
    deleteSync,
    previewSync: previewSync(parts),
    ...runRoutes({ keyring, providers }),
    ...triggerRoutes({ keyring, sessions, watches }),
    ...webhookRoutes(services, providers),
    ...workflowRoutes({ ...services, ...parts }),
  };
}

function extensionRoutes({ keyring }: Pick<Services, 'keyring'>, providers: Providers) {
  const isBuiltIn = (provider: string) => providers.find(provider) !== undefined;
  const look = providers.lookAtCode;
  return {
    createExtension: createExtension({ keyring, isBuiltIn, look }),
    listExtensions,
    getExtension,
    putExtension: changeExtension,
    patchExtension: changeExtension,
    deleteExtension: deleteExtension(failOrphans),
    rotateExtension: rotateExtension(keyring),
  };
}

function transformRoutes(sandbox: Sandbox, providers: Providers) {
  const change = changeTransform(sandbox, requireUseOfCode(providers));
  return {
    createTransform: createTransform(sandbox),
    listTransforms,
    getTransform,
    putTransform: change,
    patchTransform: change,
    deleteTransform,
    testTransform: testTransform(sandbox),
  };
}

function runRoutes(services: { keyring: Keyring; providers: Providers }) {
  return {
    runSync: runSync(services),
    listRuns,
    getRun,
    cancelRun,
    resumeRun: resumeRun(services.providers),
    listRejected: listRejected(services),
    retryRejected: retryRejected(services),
    getRunLog: getRunLog(services),
    getCursor,
    putCursor,
    deleteCursor,
    getCursorHistory,
  };
}

function triggerRoutes(services: TriggerServices & { keyring: Keyring }) {
  return {
    createTrigger: createTrigger(services),
    listTriggers,
    getTrigger,
    putTrigger: changeTrigger(services),
    patchTrigger: changeTrigger(services),
    deleteTrigger: deleteTrigger(services),
    fireTrigger: fireTrigger(services),
  };
}

function webhookRoutes(services: Services, providers: Providers) {
  const webhooks = { keyring: services.keyring, providers };
  const deliveries = { providers, confidences: confidences(services.secrets) };
  const again = { ...services, ...deliveries, usableTellers: usableTellers(providers) };
  const change = changeWebhook(webhooks, requireUseOfTellers(providers));
  return {
    listEventTypes,
    createWebhook: createWebhook(webhooks),
    listWebhooks,
    getWebhook,
    putWebhook: change,
    patchWebhook: change,
    deleteWebhook,
    rotateSecret: rotateSecret(webhooks),
    listDeliveries: listDeliveries(deliveries),
    getDelivery: getDelivery(deliveries),
    replayDelivery: replayDelivery(again),
    recoverDeliveries: recoverDeliveries(again),
    testWebhook: testWebhook(deliveries),
  };
}

function workflowRoutes(services: ActionServices) {
  const { sessions, sandbox } = services;
  const inline = inlineTriggers({ sessions, watches });
  const workflows = { sessions, sandbox, inline };
  return {
    createWorkflow: createWorkflow(workflows),
    listWorkflows: listWorkflows(workflows),
    getWorkflow: getWorkflow(workflows),
    putWorkflow: changeWorkflow(workflows),
    patchWorkflow: changeWorkflow(workflows),
    deleteWorkflow: deleteWorkflow(workflows),
    dryRunWorkflow: dryRunWorkflow(services, inline),
    runWorkflow: runWorkflow(services, inline),
    listWorkflowRuns,
    getWorkflowRun: getWorkflowRun(services),
    cancelWorkflowRun: cancelWorkflowRun(services),
    retryWorkflowRun: retryWorkflowRun(services),
    answerApproval: answerApproval(services),
    listWorkflowTemplates,
    makeWorkflow: makeWorkflow(workflows),
  };
}
