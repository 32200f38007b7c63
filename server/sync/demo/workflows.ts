import type { WriteContext } from '../../platform/context.ts';
import type { Demo } from '../../platform/product.ts';
import { appoint } from '../connections/own.ts';
import { Providers } from '../connections/providers.ts';
import { Sessions } from '../connections/sessions.ts';
import { ownConnectors } from '../connectors/own/index.ts';
import { newId } from '../conventions/ids.ts';
import { selectActiveConnections } from '../notices/store.ts';
import { defineCause } from '../triggers/definition.ts';
import { inlineTriggers } from '../triggers/inline.ts';
import { watches } from '../triggers/watching/watching.ts';
import { usedBy } from '../workflows/checking/check.ts';
import { defineActions } from '../workflows/checking/members.ts';
import { placedOf } from '../workflows/definition.ts';
import { newAppointment } from '../workflows/ready/appointments.ts';
import { fillIn, type GivenValues } from '../workflows/ready/filling.ts';
import type { Ready } from '../workflows/ready/ready.ts';
import { failedSync } from '../workflows/ready/syncs.ts';
import { storeWorkflow } from '../workflows/workflows.ts';
import { connecting } from './definitions.ts';

const connections = { scheduling: 'Scheduling', messaging: 'Automation' } as const;
const told: readonly [Ready, channel: string][] = [
  [newAppointment, 'front-desk'],
  [failedSync, 'integrations'],
];

/** Two ready-made workflows, which tell the team what happens. */
export const workflowDemo: Demo = {
  prepare: async (platform) => {
    const own = ownConnectors(platform.objects, platform);
    const sessions = new Sessions({ ...platform, providers: new Providers(platform.keyring, own) });
    return async (ctx) => {
      const connected = await connectAll(ctx, sessions);
      const made: string[] = [];
      for (const [ready, channel] of told) {
        made.push(await make(ctx, sessions, ready, { ...connected, channel }));
      }
      return { sync_workflows: made };
    };
  },
  isMissingIn: (remembered) => !('sync_workflows' in remembered),
  show: () => ({ credentials: {}, made: {} }),
  describe: () => `
  Two workflows tell its team of new appointments and of syncs that fail:
    bin/heddle workflow list
`,
};

/** To the other products of this server, where somebody has not done so already. */
async function connectAll(ctx: WriteContext, sessions: Sessions): Promise<Record<string, string>> {
  const connect = connecting(ctx, sessions);
  const ids: Record<string, string> = {};
  for (const [provider, name] of Object.entries(connections)) {
    const connector = await sessions.providers.choose(ctx.tx, ctx.organization, provider);
    const [there] = await selectActiveConnections(ctx.tx, ctx.organization, provider, 1);
    const id = there?.id ?? connect(provider, name, {}, await appoint(ctx, connector, name));
    ids[`${provider}_connection`] = await id;
  }
  return ids;
}

/** What it is made of is here, so that nobody is asked. */
async function make(
  ctx: WriteContext,
  sessions: Sessions,
  ready: Ready,
  values: GivenValues,
): Promise<string> {
  const { tx: db, organization } = ctx;
  const names = ready.parameters.map((one) => one.name);
  const known = Object.entries(values).filter(([name]) => names.includes(name));
  const given = await fillIn({ db, organization }, ready, Object.fromEntries(known));
  const { trigger, actions } = ready.make(given);
  const definition = defineActions(actions, []);
  const { name, description } = ready;
  const id = newId('workflow');
  const terms = { enabled: true, concurrency: null, version: 1 };
  const row = { id, name, description, ...terms, definition };
  const inline = inlineTriggers({ sessions, watches });
  const uses = usedBy(placedOf(definition));
  await storeWorkflow(ctx, { inline }, row, { uses, cause: defineCause(trigger) });
  return id;
}
