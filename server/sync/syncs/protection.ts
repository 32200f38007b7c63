import type { WriteContext } from '../../platform/context.ts';
import { AppError } from '../../runtime/errors.ts';
import { Seal } from './cursor/sealing.ts';
import { rewritePositions } from './cursor/store.ts';
import { type Definition, protectedIn } from './definition.ts';
import type { SyncRow } from './store.ts';

/** The key under which an organization's values are protected. */
export type ProtectingKey = (organization: number) => Promise<Buffer>;

/**
 * Seals where a sync has been as soon as it protects more: that may be in it. A run that is under way
 * would go on as it began. @throws AppError run_active (409)
 */
export async function protectPositions(
  { tx, organization }: Pick<WriteContext, 'tx' | 'organization'>,
  { id, active, settings: before }: SyncRow,
  after: Definition,
  protectingKey: ProtectingKey,
): Promise<void> {
  if (!protectsMore(after, before)) return;
  if (active !== null) throw new AppError('run_active');
  const seal = new Seal(await protectingKey(organization));
  await rewritePositions(tx, organization, id, (position) => seal.close(position));
}

/** Whether a sync protects a field that it did not when a run of it began. */
export function protectsMoreSince(
  { settings }: Pick<SyncRow, 'settings'>,
  { plan }: { plan: unknown },
): boolean {
  const begun = plan as { definition: Definition } | null;
  return begun !== null && protectsMore(settings, begun.definition);
}

function protectsMore(after: Definition, before: Definition): boolean {
  const known = protectedIn(before);
  return protectedIn(after).some((name) => !known.includes(name));
}
