import { findOrganization, listOrganizations } from '../../platform/organizations/organizations.ts';
import type { Platform } from '../../platform/platform.ts';
import { invalid } from '../../runtime/errors.ts';
import { readId } from '../../runtime/ids.ts';
import { Acting } from './acting.ts';
import {
  type Found,
  selectConnectionsCalled,
  selectExtensionsCalled,
  selectSyncsCalled,
  selectTransformsCalled,
  selectTriggersCalled,
  selectWebhooksCalled,
  selectWorkflowsCalled,
} from './store.ts';

export type Named = { acting: Acting; id: string; name: string };

/**
 * A connection by its id, or by its name where only one has it, or only one of those that have it is
 * active. @throws AppError 400
 */
export async function findConnection(platform: Platform, given: string): Promise<Named> {
  const rows = await selectConnectionsCalled(platform.database.system.reading, given);
  const active = rows.filter(({ status }) => status === 'active');
  return only(platform, 'connection', given, active.length === 1 ? active : rows);
}

/** A connection that is to be changed or deleted: one that is not active may be meant. @throws AppError 400 */
export async function findOnlyConnection(platform: Platform, given: string): Promise<Named> {
  const rows = await selectConnectionsCalled(platform.database.system.reading, given);
  return only(platform, 'connection', given, rows);
}

/** A sync by its id, or by its name where only one has it. @throws AppError 400 */
export async function findSync(platform: Platform, given: string): Promise<Named> {
  const rows = await selectSyncsCalled(platform.database.system.reading, given);
  return only(platform, 'sync', given, rows);
}

/** A transform likewise, of one organization where that is said. @throws AppError 400 */
export async function findTransform(
  platform: Platform,
  given: string,
  organization?: number,
): Promise<Named> {
  const { reading } = platform.database.system;
  const rows = await selectTransformsCalled(reading, given, organization);
  return only(platform, 'transform', given, rows);
}

/** A trigger likewise. @throws AppError 400 */
export async function findTrigger(platform: Platform, given: string): Promise<Named> {
  const rows = await selectTriggersCalled(platform.database.system.reading, given);
  return only(platform, 'trigger', given, rows);
}

/** An extension by its id, or by its provider and version. @throws AppError 400 */
export async function findExtension(platform: Platform, given: string): Promise<Named> {
  const rows = await selectExtensionsCalled(platform.database.system.reading, given);
  return only(platform, 'extension', given, rows);
}

/** A workflow likewise. @throws AppError 400 */
export async function findWorkflow(platform: Platform, given: string): Promise<Named> {
  const rows = await selectWorkflowsCalled(platform.database.system.reading, given);
  return only(platform, 'workflow', given, rows);
}

/** A webhook by its id, or by its description where only one has it. @throws AppError 400 */
export async function findWebhook(platform: Platform, given: string): Promise<Named> {
  const rows = await selectWebhooksCalled(platform.database.system.reading, given);
  return only(platform, 'webhook', given, rows);
}

/** One organization, or all of them. @throws AppError 400 */
export async function organizationsOf(platform: Platform, given?: string): Promise<Acting[]> {
  const { reading } = platform.database.system;
  if (given !== undefined) return [new Acting(platform, await findOrganization(reading, given))];
  const all = await listOrganizations(reading);
  return all.map(({ id }) => new Acting(platform, readId('organization', id) as number));
}

function only(platform: Platform, noun: string, given: string, rows: readonly Found[]): Named {
  const [row, another] = rows;
  if (!row) throw invalid(noun, `there is no ${noun} ${given}; heddle ${noun} list shows them.`);
  if (another) {
    const ids = rows.map(({ id, status }) => (status ? `${id} (${status})` : id)).join(', ');
    throw invalid(noun, `several are called ${given}; name one by its id: ${ids}.`);
  }
  const { id, name, organization_id } = row;
  return { acting: new Acting(platform, organization_id), id, name };
}
