/** By what the answer to an approval finds the run that waits for it. */
export const approvalOf = (runId: string, path: string): string => `${runId} ${path}`;

/** The step of a run that waits for people; undefined when none does. */
export function approvalIn({
  id,
  waits_for,
}: {
  readonly id: string;
  readonly waits_for: string | null;
}): string | undefined {
  const start = approvalOf(id, '');
  return waits_for?.startsWith(start) ? waits_for.slice(start.length) : undefined;
}
