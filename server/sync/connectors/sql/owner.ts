import type { WriteRequest } from '../connector.ts';
import { ConnectorError } from '../failure.ts';

/** Who moves the position that a destination keeps. */
export type Owner = { readonly syncId: string; readonly runId: string; readonly fence: number };

export type Beginning = Pick<WriteRequest, 'isAnew' | 'beginning'>;

export function overtaken(): ConnectorError {
  return new ConnectorError('fenced', 'A later run writes here now.');
}
