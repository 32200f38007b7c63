import type { Description, Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import { companyNames, isSameObject, kindOf } from './meanings.ts';

const objectsMax = 1_000;

/**
 * Describes an object by its name, or by what other systems call it: `Contact` is HubSpot's contacts,
 * `companies` are the accounts of Salesforce.
 * @throws ConnectorError `missing` where nothing, or more than one thing, may be meant
 */
export async function describeObject(session: Session, wanted: string): Promise<Description> {
  try {
    return await session.describe(wanted);
  } catch (error) {
    if (!(error instanceof ConnectorError) || error.kind !== 'missing') throw error;
    const stems = kindOf(wanted) === 'company' ? companyNames : [wanted];
    const names = await namesLike(session, stems);
    const alike = names.filter((name) => isSameObject(name, wanted));
    const [only] = alike;
    if (only === undefined || alike.length > 1) throw error;
    return session.describe(only);
  }
}

/** Where a system keeps companies; undefined when it keeps none. */
export async function describeCompanies(session: Session): Promise<Description | undefined> {
  const names = await namesLike(session, companyNames);
  const [found] = names.filter((name) => kindOf(name) === 'company');
  return found === undefined ? undefined : session.describe(found);
}

/** Those of the first stem come first. */
async function namesLike(session: Session, stems: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const stem of stems) {
    const search = stem.replace(/(ies|y|s)$/i, '');
    for (const { name } of await session.objects({ search, limit: objectsMax })) found.add(name);
  }
  return [...found];
}
