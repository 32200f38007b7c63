import type { Command } from 'commander';
import { wholeNumber } from '../options.ts';
import { recordsOf } from '../table.ts';
import { commaList } from './lists.ts';
import { operation } from './operation.ts';

type Page = { records: Record<string, unknown>[]; next_cursor: string | null };

export function defineData(program: Command): void {
  const data = program.command('data').description('records of connected systems');
  operation(
    data
      .command('query')
      .description('read records of a connected system')
      .argument('<connection>', 'id or name of the connection')
      .argument('<object>', 'the table, file or object')
      .option('--fields <names>', 'these fields only, separated by commas', commaList)
      .option('--filter <text>', `such as "status = 'open' AND total > 10"`)
      .option('--order-by <names>', 'fields, each with " desc" where it falls', commaList)
      .option('--limit <n>', 'so many records', wholeNumber(1, 1_000), 20)
      .option('--cursor <text>', 'the next page, as the page before names it'),
    ({ fields, filter, orderBy, limit, cursor }, acts, platform, [connection = '', object = '']) =>
      acts.queryData(platform, connection, {
        object,
        limit: Number(limit),
        ...(fields ? { fields: fields as string[] } : {}),
        ...(filter ? { filter: String(filter) } : {}),
        ...(orderBy ? { order_by: orderBy as string[] } : {}),
        ...(cursor ? { cursor: String(cursor) } : {}),
      }),
    describe,
  );
}

function describe({ records, next_cursor }: Page): string {
  const shown = recordsOf(records, 'There are no such records.');
  return next_cursor === null ? shown : `${shown}\n\nmore: --cursor '${next_cursor}'`;
}
