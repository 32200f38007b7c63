import type { CheckedFilter } from '../../filters/checked.ts';
import { matches } from '../../filters/matches.ts';
import type { Row } from '../../values/types.ts';
import type { Field, QueryAnswer, QueryRequest } from '../connector.ts';

/** How many are looked at for one page before it is answered as it is. */
const looksMax = 20;

/**
 * Fills a page with records of which a part is filtered here: from pages of all `known` fields, whose
 * places are those of the filter.
 */
export async function filterPage(
  request: QueryRequest,
  rest: CheckedFilter,
  known: readonly Field[],
  fields: readonly Field[],
  ask: (request: QueryRequest) => Promise<QueryAnswer>,
): Promise<QueryAnswer> {
  const isWanted = matches(rest);
  const places = fields.map(({ name }) => known.findIndex((field) => field.name === name));
  const rows: Row[] = [];
  let { cursor } = request;
  for (let look = 0; look < looksMax; look += 1) {
    const { cursor: _, ...asked } = request;
    const limit = request.limit - rows.length;
    const page = await ask({ ...asked, limit, ...(cursor === undefined ? {} : { cursor }) });
    rows.push(...page.rows.filter(isWanted).map((row) => places.map((place) => row[place]!)));
    cursor = page.nextCursor;
    if (cursor === undefined || rows.length === request.limit) break;
  }
  return { fields, rows, ...(cursor === undefined ? {} : { nextCursor: cursor }) };
}
