import type { WriteRequest } from '../connector.ts';
import type { Anew } from './asked.ts';
import { findTable } from './catalogue.ts';
import type { Link } from './link.ts';
import { constantsOf, statementOf } from './statements.ts';
import type { Target } from './target.ts';

/** How a row is deleted and written anew, where nothing else in its table or beside it is lost by that. */
export async function anewOf(
  link: Link,
  request: WriteRequest,
  { table, slots }: Target,
): Promise<Anew | undefined> {
  const { mode, key, object } = request;
  if (key.length === 0 || (mode !== 'upsert' && mode !== 'mirror')) return undefined;
  const found = await findTable(link, object);
  if (!found) return undefined;
  const constants = constantsOf(request);
  const isWhole = found.columns.every(({ name, isGenerated }) => {
    return isGenerated || name in constants || slots.some((slot) => slot.name === name);
  });
  if (!isWhole) return undefined;
  const dependent = await link.all(
    `select 1 from sqlite_schema s where s.type = 'trigger' and s.tbl_name = ?1 collate nocase
     union all select 1 from sqlite_schema s, pragma_foreign_key_list(s.name) f
       where s.type = 'table' and f."table" = ?1 collate nocase`,
    [found.name],
  );
  if (dependent.length > 0) return undefined;
  const written = slots.filter(({ isWritten }) => isWritten);
  return {
    erased: written.findLastIndex(({ isKey }) => isKey) + 1,
    erase: statementOf('delete', table, slots, {}),
    insert: statementOf('insert', table, slots, constants),
  };
}
