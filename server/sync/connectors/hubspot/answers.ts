import { ConnectorError } from '../failure.ts';

type Answer<One> = {
  readonly results: readonly One[];
  readonly errors?: readonly { readonly category: string }[];
};

/** What was answered; what is not there is left out. @throws ConnectorError for what cannot be given */
export function listOf<One>({ results, errors = [] }: Answer<One>): readonly One[] {
  const other = errors.find(({ category }) => category !== 'OBJECT_NOT_FOUND');
  if (other) {
    const message = `HubSpot cannot give all records just now (${other.category}).`;
    throw new ConnectorError('retry', message);
  }
  if (Array.isArray(results)) return results;
  throw new ConnectorError('configuration', 'The answer has no results: is this HubSpot?');
}
