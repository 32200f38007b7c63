import type { Database } from './database.ts';
import { selectPrivileges } from './store.ts';

/** Why row-level security does not hold for this process, in a sentence; undefined when it does. */
export async function breachOf(database: Database): Promise<string | undefined> {
  // No table belongs to the organization 0.
  for (const { reading } of [database.of(0), database.system]) {
    const { role, isAbove, owns } = await selectPrivileges(reading);
    const how = isAbove
      ? 'remove SUPERUSER and BYPASSRLS from it'
      : 'give the tables to the login that migrates, and take that role from it';
    if (isAbove || owns) return `${role} bypasses row-level security: ${how}.`;
  }
  return undefined;
}

/** @throws Error that says what to do when row-level security does not separate tenants */
export async function refuseBreach(database: Database): Promise<void> {
  const breach = await breachOf(database);
  if (breach) throw new Error(breach);
}
