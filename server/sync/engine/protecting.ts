import { createHmac } from 'node:crypto';
import type { Secrets } from '../../runtime/secrets/secrets.ts';
import { organizationKeys } from '../conventions/organization-keys.ts';
import type { Cell } from '../values/types.ts';

const masked = '****';

/** Makes a value unreadable before anything else sees it. */
export function protect(way: 'hash' | 'mask' | 'drop', cell: Cell, key: Buffer): Cell {
  if (cell === null) return null;
  if (way === 'hash') return createHmac('sha256', key).update(cell).digest('hex');
  return way === 'mask' ? masked : null;
}

/** The keys under which the values of an organization are hashed. */
export function protectingKeys(secrets: Secrets) {
  return organizationKeys(secrets, 'sync protection');
}
