import { ConnectorError } from '../failure.ts';

/** Who moves the position that a destination keeps. */
export type Owner = { readonly syncId: string; readonly runId: string; readonly fence: number };

export function overtaken(): ConnectorError {
  return new ConnectorError('fenced', 'A later run writes here now.');
}
