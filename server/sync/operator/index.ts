/** What the operator of an installation can do about Sync, in any organization; every write is audited. */
export { answerApproval } from './answering.ts';
export {
  changeConnection,
  createConnection,
  deleteConnection,
  listConnections,
  listProviders,
  testConnection,
} from './connections.ts';
export { listCursors, resetCursor, setCursor, showCursor } from './cursor.ts';
export { queryData } from './data.ts';
export {
  deleteExtension,
  listExtensions,
  registerExtension,
  rotateExtension,
} from './extensions.ts';
export { describeObject, listObjectsOf } from './objects.ts';
export {
  cancelRun,
  listLog,
  listRejected,
  listRuns,
  resumeRun,
  retryRejectedOf,
  runSync,
  watchSync,
} from './runs.ts';
export {
  changeSync,
  createSyncs,
  deleteSync,
  enableSync,
  listSyncs,
  previewSync,
  showSync,
} from './syncs.ts';
export {
  changeTransform,
  createTransform,
  deleteTransform,
  listTransforms,
  showTransform,
  testTransform,
} from './transforms.ts';
export {
  createTrigger,
  deleteTrigger,
  enableTrigger,
  fireTrigger,
  listTriggers,
  showTrigger,
} from './triggers.ts';
export {
  createWebhook,
  deleteWebhook,
  enableWebhook,
  listDeliveries,
  listWebhooks,
  recoverDeliveries,
  replayDelivery,
  rotateWebhook,
  showDelivery,
  testWebhook,
} from './webhooks.ts';
export {
  cancelWorkflowRun,
  dryRunWorkflow,
  listWorkflowRuns,
  retryWorkflowRun,
  runWorkflow,
  showWorkflowRun,
} from './workflow-runs.ts';
export {
  createWorkflow,
  deleteWorkflow,
  enableWorkflow,
  listWorkflows,
  listWorkflowTemplates,
  makeReadyWorkflow,
  showWorkflow,
} from './workflows.ts';
