import { printable } from '../table.ts';

export type Run = {
  id: string;
  sync_id: string;
  status: string;
  duration_ms: number | null;
  records_read: number;
  records_written: number;
  records_skipped: number;
  records_failed: number;
  records_deleted: number;
  bytes: number;
  error: string | null;
  pause: { reason: string } | null;
  progress: {
    rows_per_second: number;
    waits_for: string;
    percent: number | null;
    seconds_left: number | null;
  } | null;
};

const barLength = 24;
const clear = '\r\u001b[K';

/** How far a run is: a line that is written over on a terminal, else a line for each change. */
export class Progress {
  readonly #isSilent: boolean;
  #said = '';
  #isOpen = false;

  constructor(isSilent: boolean) {
    this.#isSilent = isSilent;
  }

  readonly alone = (): void => {
    if (this.#isSilent) return;
    process.stderr.write('No server does runs here now, so that this command does it.\n');
  };

  readonly show = (run: Run): void => {
    const { isTTY } = process.stdout;
    const line = isTTY ? `${barOf(run)}${lineOf(run)}` : lineOf(run);
    if (this.#isSilent || line === this.#said) return;
    this.#said = line;
    this.#isOpen = isTTY;
    process.stdout.write(
      isTTY ? `${clear}${line.slice(0, process.stdout.columns - 1)}` : `${line}\n`,
    );
  };

  end(): void {
    if (this.#isOpen) process.stdout.write(clear);
    this.#isOpen = false;
  }
}

/** What came of a run, in one line. */
export function outcomeOf(run: Run): string {
  const counts = [
    `${counted(run.records_read)} read`,
    `${counted(run.records_written)} written`,
    ...(run.records_skipped > 0 ? [`${counted(run.records_skipped)} unchanged or left out`] : []),
    ...(run.records_deleted > 0 ? [`${counted(run.records_deleted)} deleted`] : []),
    ...(run.records_failed > 0 ? [`${counted(run.records_failed)} set aside`] : []),
  ];
  const time = run.duration_ms === null ? '' : ` after ${durationOf(run.duration_ms / 1000)}`;
  return `${run.status}${time}: ${counts.join(', ')}`;
}

/** What to do about a run that is not complete, if anything. */
export function adviceOn(run: Run): string | undefined {
  const { status, sync_id: sync } = run;
  if (status === 'completed') return undefined;
  if (status === 'failed')
    return `the run failed: ${run.error} Go on with heddle sync resume ${sync}`;
  if (status === 'cancelled') return 'the run was cancelled.';
  if (status === 'paused') return `the run is paused: ${adviceOnPause(sync, run.pause?.reason)}`;
  return `the run is not over: heddle sync watch ${sync} shows it.`;
}

/** For what a run waits, and what lets it go on. */
export function adviceOnPause(sync: string, reason = ''): string {
  const ways = `Let it go on with heddle sync resume ${sync} --accept, or end it with heddle sync cancel ${sync}`;
  return printable(`${reason} ${ways}`);
}

function lineOf({ status, records_read, bytes, progress }: Run): string {
  const parts = [status, `${counted(records_read)} records`, sizeOf(bytes)];
  if (progress) {
    parts.push(`${counted(progress.rows_per_second)}/s`, `waits for the ${progress.waits_for}`);
    if (progress.seconds_left !== null) parts.push(`${durationOf(progress.seconds_left)} left`);
  }
  return printable(parts.join('  '));
}

function barOf({ progress }: Run): string {
  const percent = progress?.percent ?? null;
  if (percent === null) return '';
  const done = Math.round((barLength * percent) / 100);
  return `[${'#'.repeat(done)}${'-'.repeat(barLength - done)}] ${String(percent).padStart(3)} %  `;
}

function counted(number: number): string {
  return number.toLocaleString('en-US');
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

function sizeOf(bytes: number): string {
  const thousands = bytes < 1000 ? 0 : Math.floor(Math.log10(bytes) / 3);
  const at = Math.min(thousands, units.length - 1);
  const size = bytes / 1000 ** at;
  return `${at === 0 ? size : size.toPrecision(3)} ${units[at]}`;
}

function durationOf(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
