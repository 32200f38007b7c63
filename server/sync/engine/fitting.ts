import type { Description } from '../connectors/connector.ts';
import { check } from '../filters/check.ts';
import { type Condition, parseFilters } from '../filters/conditions.ts';
import { Fields } from '../filters/fields.ts';
import type { FieldName, Filter } from '../filters/filter.ts';
import type { Definition } from '../syncs/definition.ts';
import { findField, layRoute } from './planning.ts';

/**
 * Refuses a sync that names what its source does not have, as its first run would.
 * @throws ConnectorError or AppError 400 that names the field
 */
export function requireFit(definition: Definition, source: Description): void {
  layRoute(definition, source, null);
  const { cursor_field: cursor } = definition;
  if (cursor !== null && !source.cursorFields.includes(cursor)) findField(source, cursor);
  const filter = parseFilters(definition.filters as readonly (string | Condition)[]);
  if (!filter) return;
  const fields = new Fields(source.fields);
  for (const name of namesIn(filter)) fields.find(name);
  // Loose fields are read as what the destination holds.
  if (!source.fields.some(({ isLoose }) => isLoose)) check(filter, source.fields);
}

function namesIn(filter: Filter): FieldName[] {
  if ('terms' in filter) return filter.terms.flatMap(namesIn);
  return 'term' in filter ? namesIn(filter.term) : [filter.field];
}
