import type { In } from '../../../contract/endpoint.ts';
import { workflows } from '../../../contract/sync/workflows.ts';
import type { Platform } from '../../platform/platform.ts';
import { shortId } from '../../runtime/ids.ts';
import { selectActiveConnections } from '../notices/store.ts';
import { Sandbox } from '../transforms/sandbox/sandbox.ts';
import { inlineTriggers } from '../triggers/inline.ts';
import { watches } from '../triggers/watching/watching.ts';
import { readyWorkflows } from '../workflows/ready/list.ts';
import {
  listWorkflowTemplates as listTemplates,
  makeWorkflow,
} from '../workflows/ready/templates.ts';
import * as rules from '../workflows/workflows.ts';
import { listAll, sessionsOf } from './acting.ts';
import { createConnection } from './connections.ts';
import { findWorkflow, organizationsOf } from './finding.ts';
import { requireFitting } from './given.ts';

type Definition = In<typeof workflows, 'createWorkflow'>['body'];
type Values = Record<string, string>;

/** @throws AppError 400 that names each member */
export async function createWorkflow(platform: Platform, organization: string, given: unknown) {
  requireFitting(workflows.createWorkflow.body, given);
  const body = given as Definition;
  const [acting] = await organizationsOf(platform, organization);
  return within(platform, (services) =>
    rules.createWorkflow(services)(acting!.outside, { params: {}, query: {}, body }),
  );
}

export const listWorkflowTemplates = listTemplates;

/** Makes connections to the products of this server, too, where there are none. @throws AppError 400 */
export async function makeReadyWorkflow(
  platform: Platform,
  organization: string,
  { template, name, parameters }: { template: string; name?: string; parameters: Values },
) {
  const [acting] = await organizationsOf(platform, organization);
  await connectOwn(platform, organization, template, parameters);
  const body = { ...(name === undefined ? {} : { name }), parameters };
  return within(platform, (services) =>
    makeWorkflow(services)(acting!.outside, { params: { template }, query: {}, body }),
  );
}

/** Of one organization, or of all. */
export async function listWorkflows(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const services = servicesOf(platform);
  const lists = await Promise.all(
    actings.map(async ({ reading, organization: number }) => {
      const rows = await listAll(
        (query) => rules.listWorkflows(services)(reading, { params: {}, query, body: undefined }),
        ({ id }) => id,
      );
      return rows.map((row) => ({ ...row, organization: shortId('organization', number) }));
    }),
  );
  return lists.flat();
}

export async function showWorkflow(platform: Platform, given: string) {
  const { acting, id } = await findWorkflow(platform, given);
  const input = { params: { workflow: id }, query: {}, body: undefined };
  return rules.getWorkflow(servicesOf(platform))(acting.reading, input);
}

/** Nothing sets off one that is disabled. */
export async function enableWorkflow(platform: Platform, given: string, enabled: boolean) {
  const { acting, id } = await findWorkflow(platform, given);
  const input = { params: { workflow: id }, query: {}, body: { enabled } };
  return within(platform, (services) => rules.changeWorkflow(services)(acting.outside, input));
}

/** @throws AppError in_use (409) */
export async function deleteWorkflow(platform: Platform, given: string): Promise<void> {
  const { acting, id } = await findWorkflow(platform, given);
  const input = { params: { workflow: id }, query: {}, body: undefined };
  await acting.write((ctx) => rules.deleteWorkflow(servicesOf(platform))(ctx, input));
}

const names = { scheduling: 'Scheduling', messaging: 'Heddle' } as const;

/** What the workflow names by itself. */
async function connectOwn(
  platform: Platform,
  organization: string,
  template: string,
  given: Values,
): Promise<void> {
  const [acting] = await organizationsOf(platform, organization);
  const { db, organization: number } = acting!.reading;
  const ready = readyWorkflows.find(({ id }) => id === template);
  const wanted = (ready?.parameters ?? []).filter(
    (one) => given[one.name] === undefined && (one.with === undefined || given[one.with]),
  );
  for (const [provider, name] of Object.entries(names)) {
    if (!wanted.some(({ providers }) => providers?.[0] === provider)) continue;
    const [there] = await selectActiveConnections(db, number, provider, 1);
    if (there) continue;
    const settings = { config: {}, credentials: {}, check: true };
    await createConnection(platform, organization, { provider, name, ...settings });
  }
}

type Services = Omit<rules.WorkflowServices, 'sandbox'>;

function servicesOf(platform: Platform): Services {
  const sessions = sessionsOf(platform);
  return { sessions, inline: inlineTriggers({ sessions, watches }) };
}

async function within<T>(
  platform: Platform,
  work: (services: rules.WorkflowServices) => Promise<T>,
): Promise<T> {
  const sandbox = new Sandbox();
  try {
    return await work({ ...servicesOf(platform), sandbox });
  } finally {
    await sandbox.close();
  }
}
