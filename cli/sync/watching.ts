import { complain, heddle } from '../output.ts';
import { adviceOn, adviceOnAside, type Doer, outcomeOf, Progress, type Run } from './progress.ts';

type Watching = { signal: AbortSignal } & Pick<Progress, 'lost' | 'alone'> & {
    show(run: Run, isAttended: boolean, behind: number | null): void;
  };

const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Watches a run: Ctrl-C ends the watching, not the run. Whoever waited for a run that did not
 * complete learns it by the exit code.
 */
export async function watching(
  { json }: Record<string, unknown>,
  isWaiting: boolean,
  follow: (watching: Watching) => Promise<Run>,
): Promise<Run> {
  const ending = new AbortController();
  const end = () => ending.abort();
  for (const signal of signals) process.once(signal, end);
  const progress = new Progress(json === true);
  let doer = 'server' as Doer;
  const alone = () => {
    doer = 'command';
    progress.alone();
  };
  const show = (run: Run, isAttended: boolean, behind: number | null) => {
    if (doer !== 'command') doer = isAttended ? 'server' : 'nobody';
    progress.show({ ...run, behind }, isAttended);
  };
  try {
    const run = await follow({ signal: ending.signal, show, lost: progress.lost, alone });
    progress.end();
    const advice = isWaiting || doer === 'command' ? adviceOn(run, doer) : undefined;
    if (advice !== undefined) {
      process.exitCode = 1;
      complain(advice);
    }
    return run;
  } finally {
    progress.end();
    for (const signal of signals) process.off(signal, end);
  }
}

export function describeRun(run: Run): string {
  const { status, records_failed: aside, sync_id: sync } = run;
  if (status !== 'queued') {
    return aside > 0 ? `${outcomeOf(run)}\n${adviceOnAside(sync, aside)}` : outcomeOf(run);
  }
  return `queued: ${heddle} sync watch ${sync} shows how it goes`;
}
