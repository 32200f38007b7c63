import type { Broken, Limits } from './inside/messages.ts';
import type { Records } from './records.ts';

/** Some of the records that are to be transformed: from the first up to, and without, the last. */
export interface Stretch {
  from: number;
  to: number;
  /** How often it did not begin, or this one record, alone, ran out of memory or lost its process. */
  losses: number;
}

const recordsMax = 20_000;
const charactersMax = 2 * 2 ** 20;
const parts = 8;

/** What crosses at once. */
export function stretchesOf(records: Records): Stretch[] {
  const stretches: Stretch[] = [];
  let from = 0;
  let characters = 0;
  for (let at = 0; at < records.count; at += 1) {
    const length = records.lengthOf(at);
    if (at > from && (at - from === recordsMax || characters + length > charactersMax)) {
      stretches.push({ from, to: at, losses: 0 });
      from = at;
      characters = 0;
    }
    characters += length;
  }
  if (records.count > from) stretches.push({ from, to: records.count, losses: 0 });
  return stretches;
}

/** What is to be tried again of a stretch that broke a limit, so that only the guilty record fails. */
export function partsOf({ from, to }: Stretch, index: number | null): Stretch[] {
  const step = Math.ceil((to - from) / parts);
  const cuts =
    index === null
      ? Array.from({ length: parts }, (_, part) => from + part * step)
      : [from, from + index, from + index + 1];
  return cuts
    .map((cut, at) => ({ from: cut, to: Math.min(cuts[at + 1] ?? to, to), losses: 0 }))
    .filter((part) => part.from < part.to);
}

export function complaintAbout(broken: Broken, limits: Limits): string {
  if (broken === 'time') return `It took longer than ${limits.recordMilliseconds} ms`;
  if (broken === 'memory') return `It needed more than ${limits.isolateMegabytes} MiB of memory`;
  return 'The process that it ran in ended';
}
