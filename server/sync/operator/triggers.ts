import type { In } from '../../../contract/endpoint.ts';
import { triggers } from '../../../contract/sync/triggers.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { shortId } from '../../runtime/ids.ts';
import * as rules from '../triggers/triggers.ts';
import { watches } from '../triggers/watching/watching.ts';
import { listAll, sessionsOf } from './acting.ts';
import {
  findConnection,
  findSync,
  findTrigger,
  findWorkflow,
  type Named,
  organizationsOf,
} from './finding.ts';
import { requireFitting } from './given.ts';

type Body = In<typeof triggers, 'createTrigger'>['body'];

/** The connection and the target are named by id, or by name where only one has it. */
export type TriggerToCreate = Omit<Body, 'connection_id' | 'target'> & {
  connection?: string;
  workflow?: string;
  sync?: string;
};

/** @throws AppError 400 */
export async function createTrigger(
  platform: Platform,
  { connection, workflow, sync, ...given }: TriggerToCreate,
) {
  const target = await targetOf(platform, { workflow, sync });
  const of = connection === undefined ? undefined : await findConnection(platform, connection);
  if (of && of.acting.organization !== target.acting.organization) {
    throw invalid('connection', 'is of another organization than what is set off.');
  }
  const named = workflow === undefined ? 'sync_id' : 'workflow_id';
  const body = { ...given, connection_id: of?.id ?? null, target: { [named]: target.id } };
  requireFitting(triggers.createTrigger.body, body);
  const create = rules.createTrigger(servicesOf(platform));
  return create(target.acting.outside, { params: {}, query: {}, body });
}

/** Of one organization, or of all. */
export async function listTriggers(platform: Platform, organization?: string) {
  const actings = await organizationsOf(platform, organization);
  const lists = await Promise.all(
    actings.map(async ({ reading, organization: number }) => {
      const rows = await listAll(
        (query) => rules.listTriggers(reading, { params: {}, query, body: undefined }),
        ({ id }) => id,
      );
      return rows.map((row) => ({ ...row, organization: shortId('organization', number) }));
    }),
  );
  return lists.flat();
}

export async function showTrigger(platform: Platform, given: string) {
  const { acting, id } = await findTrigger(platform, given);
  const input = { params: { trigger: id }, query: {}, body: undefined };
  return rules.getTrigger(acting.reading, input);
}

/** With a JSON object as the record. @throws AppError 400, run_active (409) */
export async function fireTrigger(
  platform: Platform,
  given: string,
  record: Record<string, unknown>,
) {
  const { acting, id } = await findTrigger(platform, given);
  const input = { params: { trigger: id }, query: {}, body: record };
  return acting.write((ctx) => rules.fireTrigger(servicesOf(platform))(ctx, input));
}

/** One that is disabled fires nothing. @throws AppError in_use (409) */
export async function enableTrigger(platform: Platform, given: string, enabled: boolean) {
  const { acting, id } = await findTrigger(platform, given);
  const input = { params: { trigger: id }, query: {}, body: { enabled } };
  return rules.changeTrigger(servicesOf(platform))(acting.outside, input);
}

/** @throws AppError in_use (409) */
export async function deleteTrigger(platform: Platform, given: string): Promise<void> {
  const { acting, id } = await findTrigger(platform, given);
  const input = { params: { trigger: id }, query: {}, body: undefined };
  await acting.write((ctx) => rules.deleteTrigger(servicesOf(platform))(ctx, input));
}

async function targetOf(
  platform: Platform,
  { workflow, sync }: { workflow: string | undefined; sync: string | undefined },
): Promise<Named> {
  if (workflow !== undefined) return findWorkflow(platform, workflow);
  return findSync(platform, sync ?? '');
}

function servicesOf(platform: Platform) {
  return { sessions: sessionsOf(platform), watches, keyring: platform.keyring };
}
