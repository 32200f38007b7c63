import { settle } from '../syncs/runs/ending.ts';
import type { Kept } from './means.ts';
import type { RunnerServices } from './runner.ts';
import type { Claim } from './store.ts';

/**
 * Says that a run that goes on has done all that there was to do so far: its sync stands as if it had
 * ended here. `position`: where it would be gone on from. @throws what ended the run meanwhile
 */
export async function settleRun(
  { database, clock }: Pick<RunnerServices, 'database' | 'clock'>,
  claim: Claim,
  { holding, report }: Pick<Kept, 'holding' | 'report'>,
  position: string | null,
): Promise<void> {
  await holding.confirm();
  const left = { position, found: report.found };
  await database.of(claim.organization).transaction((tx) => settle(tx, claim, clock.now(), left));
  holding.settle();
}

const againMilliseconds = 10_000;

/** Has that said every few seconds, as long as something goes on. */
export async function whileSettling<T>(going: Promise<T>, settle: () => Promise<void>): Promise<T> {
  let settling: Promise<void> | undefined;
  const timer = setInterval(() => {
    // What stands in its way is met by the run itself, or is over at the next time.
    settling ??= settle()
      .catch(() => undefined)
      .finally(() => {
        settling = undefined;
      });
  }, againMilliseconds);
  try {
    return await going;
  } finally {
    clearInterval(timer);
    await settling;
  }
}
