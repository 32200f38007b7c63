import { sync } from '../../contract/sync/index.ts';
import { type Product, served } from '../platform/product.ts';
import { sealedEventColumn } from '../runtime/events/stripping/stripping.ts';
import { automationReader } from './automation.ts';
import { Providers } from './connections/providers.ts';
import { Sessions } from './connections/sessions.ts';
import { credentialsColumn } from './connections/store.ts';
import { ownConnectors } from './connectors/own/index.ts';
import { demo } from './demo/demo.ts';
import { edge } from './edge.ts';
import { Engine } from './engine/engine.ts';
import { protectingKeys } from './engine/protecting.ts';
import { extensionSecretsColumn } from './extensions/store.ts';
import { syncJobs } from './jobs.ts';
import { privateKeyColumn } from './keys/store.ts';
import type { Answered } from './notices/approvals/hearing.ts';
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
import { holdWebhooks, webhookColumn } from './webhooks/store.ts';

/** What goes on with an answer is the engine's of workflows. */
const answered: Answered = async () => {};
const toldEventColumn = sealedEventColumn(recordEventTypes, recordEvent);

export const product: Product = {
  edges: [edge],
  demo,
  personal,
  listens: {
    'patient.erased': [forgetRejected],
    'thread.deleted': [forgetRejected],
    'comment.deleted': [forgetRejected],
    'message.deleted': [forgetRejected],
  },
  hold: async (db) => {
    await stopAllSyncs(db);
    await stopAllTriggers(db);
    await holdWebhooks(db);
  },
  sealed: [
    ...[privateKeyColumn, credentialsColumn, extensionSecretsColumn, runKeyColumn],
    ...[webhookColumn, toldColumn, toldEventColumn],
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
    const engine = new Engine(services);
    const ticks = new TriggerTicks(services);
    const automation = automationReader(services);
    watchLags(services.metrics.registry, services.database);
    return {
      jobs: syncJobs(services, sessions, answered),
      serve: () => ({
        apis: [served(sync, syncRoutes(services, { sessions, sandbox, protectingKey }))],
      }),
      work: async () => {
        engine.start();
        ticks.start();
        await automation.start(services.listener);
      },
      stop: async () => {
        await automation.stop();
        await ticks.stop();
        await engine.stop();
        await sandbox.close();
        await providers.close();
      },
    };
  },
};
