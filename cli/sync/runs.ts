import type { Command } from 'commander';
import { list, minuteOf, printable } from '../table.ts';
import { operation } from './operation.ts';
import type { Run } from './progress.ts';
import { describeRun, watching } from './watching.ts';

export const syncArgument = ['<sync>', 'id or name of the sync'] as const;
const watchOption = ['--watch', 'show how it goes until it is over'] as const;

type Listed = Run & { trigger: string; created_at: string };
type Line = { at: string; level: string; message: string };
type Rejected = { record: Record<string, unknown>; field: string | null; reason: string };

export function defineRuns(sync: Command): void {
  operation(
    sync
      .command('run')
      .description('run a sync now; without a server this command does it')
      .argument(...syncArgument)
      .option('--full-refresh', 'read everything anew')
      .option(...watchOption),
    (options, acts, platform, [id = '']) => {
      const [fullRefresh, waits] = [options.fullRefresh === true, options.watch === true];
      return watching(options, waits, (on) =>
        acts.runSync(platform, id, { fullRefresh, waits }, on),
      );
    },
    describeRun,
  );
  operation(
    sync
      .command('watch')
      .description('follow the active run, or show the last; Ctrl-C leaves it alone')
      .argument(...syncArgument),
    (options, acts, platform, [id = '']) =>
      watching(options, true, (on) => acts.watchSync(platform, id, on)),
    describeRun,
  );
  operation(
    sync
      .command('runs')
      .description('list the last runs')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.listRuns(platform, id),
    describeRuns,
  );
  operation(
    sync
      .command('log')
      .description('list what a run says of itself: what it made, met and tried again')
      .argument(...syncArgument)
      .option('--run <id>', 'of this run; by default the last'),
    ({ run }, acts, platform, [id = '']) => acts.listLog(platform, id, run as string | undefined),
    describeLog,
  );
  defineEnding(sync);
  defineErrors(sync);
}

function defineEnding(sync: Command): void {
  operation(
    sync
      .command('resume')
      .description('go on with the last run where it was')
      .argument(...syncArgument)
      .option('--accept', 'allow what it paused for: deletions, or new fields')
      .option(...watchOption),
    (options, acts, platform, [id = '']) => {
      const [accept, waits] = [options.accept === true, options.watch === true];
      return watching(options, waits, (on) => acts.resumeRun(platform, id, { accept, waits }, on));
    },
    describeRun,
  );
  operation(
    sync
      .command('cancel')
      .description('end the active run; what was written stays')
      .argument(...syncArgument),
    (_, acts, platform, [id = '']) => acts.cancelRun(platform, id),
    ({ status }: Run) => (status === 'running' ? 'it ends in a moment' : status),
  );
}

function defineErrors(sync: Command): void {
  operation(
    sync
      .command('errors')
      .description('list the records that were set aside, or try them again')
      .argument(...syncArgument)
      .option('--run <id>', 'of this run; by default the last that set any aside')
      .option('--retry', 'run these records again, as the source has them now')
      .option(...watchOption),
    (options, acts, platform, [given = '']) => {
      const id = options.run as string | undefined;
      if (!options.retry) return acts.listRejected(platform, given, id);
      const waits = options.watch === true;
      return watching(options, waits, (on) =>
        acts.retryRejectedOf(platform, given, { id, waits }, on),
      );
    },
    (value: Rejected[] | Run) =>
      Array.isArray(value) ? describeErrors(value) : describeRun(value),
  );
}

function describeRuns(runs: Listed[]): string {
  const rows = runs.map((run) => ({
    begun: minuteOf(run.created_at),
    status: run.status,
    trigger: run.trigger,
    seconds: run.duration_ms === null ? '' : (run.duration_ms / 1000).toFixed(1),
    read: run.records_read,
    written: run.records_written,
    aside: run.records_failed,
    id: run.id,
    why: run.error ?? run.pause?.reason ?? '',
  }));
  return list(rows, 'It has not run yet.', {
    leaveOut: ['trigger', 'seconds', 'id'],
    shorten: 'why',
  });
}

function describeLog(lines: Line[]): string {
  if (lines.length === 0) return 'It says nothing.';
  return lines
    .map(({ at, level, message }) => {
      const time = at.slice(0, 19).replace('T', ' ');
      return `${time}  ${level.padEnd('warning'.length)}  ${printable(message.replace(/\s+/g, ' '))}`;
    })
    .join('\n');
}

function describeErrors(rejected: Rejected[]): string {
  const rows = rejected.map(({ field, reason, record }) => ({ field, reason, record }));
  return list(rows, 'Nothing was set aside.', { leaveOut: [], shorten: 'record' });
}
