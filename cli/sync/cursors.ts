import { type Command, Option } from 'commander';
import { list, minuteOf } from '../table.ts';
import { operation } from './operation.ts';
import { syncArgument } from './runs.ts';

type Cursor = { cursor: unknown; updated_at: string | null };
type Former = Cursor & { run_id: string | null; set_by: string | null; created_at: string };

export function defineCursors(sync: Command): void {
  const cursor = sync.command('cursor').description('from where the next run of a sync reads');
  operation(
    cursor
      .command('show')
      .description('show the position of a sync')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.showCursor(platform, id),
    describe,
  );
  operation(
    cursor
      .command('set')
      .description('set the position of a sync; the next run goes on from there')
      .argument(...syncArgument)
      .addOption(new Option('--value <value>', 'a value of its cursor field').conflicts('cursor'))
      .option('--cursor <json>', 'what cursor show prints'),
    ({ value, cursor: given }, acts, platform, [id = '']) =>
      acts.setCursor(platform, id, value === undefined ? parse(given) : { value }),
    describe,
  );
  operation(
    cursor
      .command('reset')
      .description('forget the position of a sync; the next run reads from the beginning')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.resetCursor(platform, id),
  );
  operation(
    cursor
      .command('history')
      .description('list the positions that a sync has had')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.listCursors(platform, id),
    describeHistory,
  );
}

function describe({ cursor, updated_at }: Cursor): string {
  if (cursor === null) return 'from the beginning';
  return `${JSON.stringify(cursor)}  since ${minuteOf(updated_at)}`;
}

function describeHistory(history: Former[]): string {
  const rows = history.map(({ created_at, run_id, set_by, cursor }) => ({
    at: minuteOf(created_at),
    by: run_id ?? set_by,
    cursor,
  }));
  return list(rows, 'It has had no position yet.', { leaveOut: [], shorten: 'cursor' });
}

function parse(given: unknown): unknown {
  if (given === undefined) throw new Error('Give the position with --value or --cursor.');
  try {
    const shown = JSON.parse(String(given));
    return shown?.updated_at === undefined ? shown : shown.cursor;
  } catch {
    throw new Error('--cursor must be JSON, as cursor show prints it.');
  }
}
