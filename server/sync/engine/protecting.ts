import { createHmac, randomBytes } from 'node:crypto';
import type { Secrets } from '../../runtime/secrets/secrets.ts';
import type { Cell } from '../values/types.ts';

const masked = '****';

/** Makes a value unreadable before anything else sees it. */
export function protect(way: 'hash' | 'mask' | 'drop', cell: Cell, key: Buffer): Cell {
  if (cell === null) return null;
  if (way === 'hash') return createHmac('sha256', key).update(cell).digest('hex');
  return way === 'mask' ? masked : null;
}

/** The keys under which the values of an organization are hashed, each made when it is first needed. */
export function protectingKeys(secrets: Secrets) {
  const known = new Map<number, Promise<Buffer>>();
  return (organization: number): Promise<Buffer> => {
    const key =
      known.get(organization) ??
      secrets.sharedSecret(`sync protection of ${organization}`, () => randomBytes(32));
    known.set(organization, key);
    key.catch(() => known.delete(organization));
    return key;
  };
}
