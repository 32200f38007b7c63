import { audit, contextOf, write } from '../../platform/operator/acting.ts';
import type { Platform } from '../../platform/platform.ts';
import { stripOldEvents } from '../../runtime/events/stripping/stripping.ts';
import {
  erasePatient as erase,
  findOrganizationOfPatient,
  stays,
} from '../patients/erasure/erasure.ts';

/** Answers what was erased, and what stays and why. */
export async function erasePatient(platform: Platform, given: string) {
  await stripOldEvents(platform.database);
  return write(platform, async (tx, now) => {
    const id = /^\d{1,15}$/.test(given) ? Number(given) : 0;
    const organization = await findOrganizationOfPatient(tx, id);
    const ctx = contextOf(platform, tx, organization, now);
    const erased = await erase(ctx, id);
    await audit(ctx, 'patient.erase', String(id));
    return { ...erased, stays };
  });
}
