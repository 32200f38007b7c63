/**
 * What a destination keeps in place of a position once a run has replaced or mirrored it: after a kill,
 * the same run has nothing more to do there, and another one begins anew.
 */
export function finishedBy(runId: string): string {
  return JSON.stringify({ isFinished: runId });
}

/** What was kept, as far as it concerns a run. */
export function positionFor(runId: string, kept: string | undefined): string | undefined {
  const isOfAnother = kept?.startsWith('{"isFinished":') && kept !== finishedBy(runId);
  return isOfAnother ? undefined : kept;
}
