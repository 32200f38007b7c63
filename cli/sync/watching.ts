import { adviceOn, outcomeOf, Progress, type Run } from './progress.ts';

type Watching = { signal: AbortSignal } & Pick<Progress, 'show' | 'alone'>;

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
  let isWaitedFor = isWaiting;
  const alone = () => {
    isWaitedFor = true;
    progress.alone();
  };
  try {
    const run = await follow({ signal: ending.signal, show: progress.show, alone });
    progress.end();
    const advice = isWaitedFor ? adviceOn(run) : undefined;
    if (advice !== undefined) {
      process.exitCode = 1;
      process.stderr.write(`heddle: ${advice}\n`);
    }
    return run;
  } finally {
    progress.end();
    for (const signal of signals) process.off(signal, end);
  }
}

export function describeRun(run: Run): string {
  if (run.status !== 'queued') return outcomeOf(run);
  return `queued: heddle sync watch ${run.sync_id} shows how it goes`;
}
