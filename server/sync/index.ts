import { sync } from '../../contract/sync/index.ts';
import { type Product, served } from '../platform/product.ts';
import { sealedEventColumn } from '../runtime/events/stripping/stripping.ts';
import { Guard } from '../runtime/outgoing/guard.ts';
import { Pools } from '../runtime/outgoing/pools.ts';
import { automationReader, holdAutomation } from './automation.ts';
import { Providers } from './connections/providers.ts';
import { Sessions } from './connections/sessions.ts';
import { credentialsColumn } from './connections/store.ts';
import { ownConnectors } from './connectors/own/index.ts';
import { demo } from './demo/demo.ts';
import { workflowDemo } from './demo/workflows.ts';
import { edge } from './edge.ts';
import { Engine } from './engine/engine.ts';
import { protectingKeys } from './engine/protecting.ts';
import { extensionSecretsColumn } from './extensions/store.ts';
import { syncJobs } from './jobs.ts';
import { privateKeyColumn } from './keys/store.ts';
import { personal } from './personal.ts';
import { syncRoutes } from './routes.ts';
import { watchLags } from './syncs/lags.ts';
import { stopAllSyncs } from './syncs/leftovers/store.ts';
import { forgetRejected } from './syncs/rejected/forgetting.ts';
import { runKeyColumn } from './syncs/runs/store.ts';
import { recordEvent } from './syncs/told/sealing.ts';
import { recordEventTypes, toldColumn } from './syncs/told/store.ts';
import { Sandbox } from './transforms/sandbox/sandbox.ts';
import { stopAllTriggers } from './triggers/store.ts';
import { TriggerTicks } from './triggers/times/ticks.ts';
import { confidences } from './webhooks/confidence.ts';
import { deliveryTaker } from './webhooks/fan-out.ts';
import { forgetTold } from './webhooks/forgetting.ts';
import { tellWebhook } from './webhooks/noticing.ts';
import { Sender } from './webhooks/sending/sender.ts';
import { holdWebhooks, webhookColumn } from './webhooks/store.ts';
import { httpPoolTerms } from './workflows/actions/http.ts';
import { noteAnswer } from './workflows/answering.ts';
import { WorkflowEngine } from './workflows/engine/engine.ts';
import { forgetWorkflowRuns } from './workflows/runs/forgetting/forgetting.ts';
import { stopAllWorkflows, workflowRunKeyColumn } from './workflows/runs/forgetting/store.ts';

/** What becomes of what is kept of somebody or something that is gone. */
const forgetting = [forgetRejected, forgetWorkflowRuns, forgetTold];

const toldEventColumn = sealedEventColumn(recordEventTypes, recordEvent);

export const product: Product = {
  edges: [edge],
  demo: [demo, workflowDemo],
  personal,
  listens: {
    'patient.erased': forgetting,
    'thread.deleted': forgetting,
    'comment.deleted': forgetting,
    'message.deleted': forgetting,
  },
  hold: async (db) => {
    await stopAllSyncs(db);
    await stopAllTriggers(db);
    await holdWebhooks(db);
    await stopAllWorkflows(db);
    await holdAutomation(db);
  },
  sealed: [
    ...[privateKeyColumn, credentialsColumn, extensionSecretsColumn, runKeyColumn],
    ...[webhookColumn, toldColumn, toldEventColumn, workflowRunKeyColumn],
  ],
  open: (services) => {
    const own = ownConnectors(services.objects, services);
    const providers = new Providers(services.keyring, own);
    const sessions = new Sessions({
      ...services,
      providers,
    });
    const sandbox = new Sandbox();
    const protectingKey = protectingKeys(services.secrets);
    const confidencesOf = confidences(services.secrets);
    const tell = tellWebhook(confidencesOf);
    const pools = new Pools(new Guard(services.config), httpPoolTerms);
    const acting = { ...services, sessions, sandbox, tellWebhook: tell, pools, protectingKey };
    const engine = new Engine(services);
    const ticks = new TriggerTicks(services);
    const telling = { ...services, providers, confidences: confidencesOf };
    const sender = new Sender(telling);
    const automation = automationReader({ ...services, providers }, [deliveryTaker(telling)]);
    const workflows = new WorkflowEngine(services, acting);
    watchLags(services.metrics.registry, services.database);
    return {
      jobs: syncJobs(services, { ...acting, answered: noteAnswer(services.keyring) }),
      serve: () => ({
        apis: [served(sync, syncRoutes(services, acting))],
      }),
      work: async () => {
        engine.start();
        ticks.start();
        sender.start();
        await automation.start(services.listener);
        workflows.start();
      },
      stop: async () => {
        await automation.stop();
        await sender.stop();
        await ticks.stop();
        await workflows.stop();
        await pools.close();
        await engine.stop();
        await sandbox.close();
        await providers.close();
      },
    };
  },
};
