import { heddle } from '../output.ts';
import { printable, sentence } from '../table.ts';

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
  /** Seconds, in realtime. */
  behind?: number | null;
};

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

  readonly show = (run: Run, isAttended: boolean): void => {
    const shown = isAttended ? run : { ...run, status: 'waits for a server', progress: null };
    this.#say((columns) =>
      columns === undefined ? joined(plain, shown) : lineWithin(columns, shown),
    );
  };

  readonly lost = (): void => {
    this.#say(() => 'The database cannot be reached; waiting for it …');
  };

  #say(write: (columns: number | undefined) => string): void {
    if (this.#isSilent) return;
    const { isTTY, columns } = process.stdout;
    // What stands in the last column makes some terminals begin a new line.
    const line = write(isTTY ? (columns || 80) - 1 : undefined);
    if (line === this.#said) return;
    this.#said = line;
    this.#isOpen = isTTY;
    process.stdout.write(isTTY ? `${clear}${line}` : `${line}\n`);
  }

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

/** Who goes on with a run when nobody watches it any more. */
export type Doer = 'server' | 'nobody' | 'command';

/** What to do about a run that is not complete, if anything. */
export function adviceOn(run: Run, doer: Doer): string | undefined {
  const { status, sync_id: sync } = run;
  if (status === 'completed') return undefined;
  if (status === 'failed') return `the run failed: ${adviceOnFailure(sync, run.error ?? '')}`;
  if (status === 'cancelled') return 'the run was cancelled.';
  if (status === 'paused') return `the run is paused: ${adviceOnPause(sync, run.pause?.reason)}`;
  if (doer === 'command') return `the run is not over: ${heddle} sync run ${sync} goes on with it.`;
  const how =
    doer === 'server'
      ? 'goes on by itself'
      : `waits for a server, or for ${heddle} sync run ${sync}`;
  return `the run is not over, and ${how}: ${heddle} sync watch ${sync} shows it.`;
}

/** Of what a run failed, and how it goes on. */
export function adviceOnFailure(sync: string, error: string): string {
  return `${sentence(error)} Go on, once that is mended, with ${heddle} sync resume ${sync}`;
}

/** For what a run waits, and what lets it go on. */
export function adviceOnPause(sync: string, reason = ''): string {
  const ways = `Let it go on with ${heddle} sync resume ${sync} --accept, or end it with ${heddle} sync cancel ${sync}`;
  return `${sentence(reason)} ${ways}`;
}

/** What to do about records that were set aside. */
export function adviceOnAside(sync: string, records: number): string {
  const are = records === 1 ? 'record is' : 'records are';
  return `${counted(records)} ${are} set aside: ${heddle} sync errors ${sync} says why, and with --retry tries again`;
}

type Part =
  | 'bar'
  | 'percent'
  | 'status'
  | 'records'
  | 'size'
  | 'rate'
  | 'waits'
  | 'left'
  | 'behind';

/** Less and less, for narrower and narrower terminals. */
const lines: readonly (readonly Part[])[] = [
  ['bar', 'status', 'records', 'size', 'rate', 'waits', 'left', 'behind'],
  ['bar', 'status', 'records', 'rate', 'waits', 'left', 'behind'],
  ['bar', 'records', 'rate', 'waits', 'left'],
  ['bar', 'records', 'waits', 'left', 'behind'],
  ['percent', 'records', 'waits', 'left', 'behind'],
  ['bar', 'records', 'left', 'behind'],
];
const plain: readonly Part[] = ['status', 'records', 'size', 'rate', 'waits', 'left', 'behind'];
const barLengths = [24, 20, 16, 12, 8];

/** How far a run is, in a line of at most so many columns: what matters less is left out first. */
export function lineWithin(columns: number, run: Run): string {
  for (const parts of lines) {
    for (const barLength of barLengths) {
      const line = joined(parts, run, barLength);
      if (line.length <= columns) return line;
    }
  }
  return joined(['percent', 'left'], run).slice(0, columns);
}

function joined(parts: readonly Part[], run: Run, barLength = 0): string {
  const texts = textsOf(run, barLength);
  return printable(parts.flatMap((part) => texts[part] ?? []).join('  '));
}

/** What is not known is not there. */
function textsOf({ status, records_read, bytes, progress, behind }: Run, barLength: number) {
  const texts: Partial<Record<Part, string>> = {
    status,
    records: `${counted(records_read)} records`,
    size: sizeOf(bytes),
  };
  if (!progress) {
    if (behind != null) texts.behind = `${durationOf(behind)} behind`;
    return texts;
  }
  const { rows_per_second, waits_for, percent, seconds_left } = progress;
  if (percent !== null) {
    texts.percent = `${String(percent).padStart(3)} %`;
    texts.bar = `${barOf(percent, barLength)} ${texts.percent}`;
  }
  texts.rate = `${counted(rows_per_second)}/s`;
  texts.waits = `waits for the ${waits_for}`;
  if (seconds_left !== null) texts.left = `${durationOf(seconds_left)} left`;
  return texts;
}

function barOf(percent: number, length: number): string {
  const done = Math.round((length * percent) / 100);
  return `[${'#'.repeat(done)}${'-'.repeat(length - done)}]`;
}

function counted(number: number): string {
  return number.toLocaleString('en-US');
}

const units = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

function sizeOf(bytes: number): string {
  // What is rounded to a thousand of a unit is one of the next.
  const rounded = bytes < 1000 ? bytes : Number(bytes.toPrecision(3));
  const thousands = rounded < 1000 ? 0 : Math.floor(Math.log10(rounded) / 3);
  const at = Math.min(thousands, units.length - 1);
  const size = rounded / 1000 ** at;
  return `${at === 0 ? size : size.toPrecision(3)} ${units[at]}`;
}

function durationOf(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 100) return `${Math.round(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
