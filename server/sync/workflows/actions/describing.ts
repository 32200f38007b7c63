import type { Description, Session } from '../../connectors/connector.ts';
import { describeObject } from '../records/finding.ts';

/** An object by its name, or by one that people use for it. @throws ConnectorError `missing` */
export async function describeNamed(
  session: Session,
  _provider: string,
  name: string,
): Promise<Description> {
  return describeObject(session, name);
}
