import { type Condition, parseFilters } from '../filters/conditions.ts';
import type { Filter } from '../filters/filter.ts';
import { parseFilter } from '../filters/parse.ts';
import type { Json } from '../values/types.ts';
import { compileCondition } from '../workflows/templates/conditions.ts';
import type { TriggerRow } from './store.ts';

type Given = Pick<TriggerRow, 'filter'>;

/** The parsed filter of a trigger. @throws AppError 400 */
export function readFilter({ filter }: Given): Filter | undefined {
  const given = listed(filter);
  return typeof given === 'string' ? parseFilter(given) : parseFilters(given, 'filter');
}

/** Whether something passes whose fields are known when it is there only. @throws AppError 400 */
export function conditionOf({ filter }: Given): (record: Json) => boolean {
  const { isTrue } = compileCondition(listed(filter));
  return (record) => isTrue({ record });
}

function listed(filter: TriggerRow['filter']): string | (string | Condition)[] {
  return typeof filter === 'string' ? filter : ([filter ?? []].flat() as Condition[]);
}
