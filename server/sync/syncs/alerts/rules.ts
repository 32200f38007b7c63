import type { AlertLimits } from '../definition.ts';

export type AlertName = keyof AlertLimits;

/** Of a run that is over, what a sync is judged by. */
export type EndedRun = {
  status: 'completed' | 'failed';
  records_read: number;
  records_failed: number;
};

export type Facts = {
  now: Date;
  isEnabled: boolean;
  /** When it last completed, or was changed after that. */
  since: Date;
  /** That are over, and were neither cancelled nor read a part only; newest first. */
  runs: readonly EndedRun[];
};

type Rule = (limit: number, facts: Facts) => string | undefined;

const comparedMax = 10;
const comparedMin = 3;

/** Each says what is wrong, where something is. */
const rules: Readonly<Record<AlertName, Rule>> = {
  failed_runs: (limit, { runs }) => {
    const good = runs.findIndex(({ status }) => status === 'completed');
    const failed = good < 0 ? runs.length : good;
    if (failed < limit) return undefined;
    return failed === 1 ? 'The last run failed.' : `The last ${failed} runs failed.`;
  },
  rejected_percent: (limit, { runs: [last] }) => {
    if (!last || last.records_failed * 100 <= limit * last.records_read) return undefined;
    const { records_failed: failed, records_read: read } = last;
    return `${failed} of ${read} records were set aside, more than ${limit} of a hundred.`;
  },
  no_success_for: (limit, { now, since }) => {
    if (now.getTime() - since.getTime() < limit * 1000) return undefined;
    return `No run has completed since ${since.toISOString()}.`;
  },
  rows_deviation_percent: (limit, { runs }) => {
    const [last, ...before] = runs.filter(({ status }) => status === 'completed');
    const compared = before.slice(0, comparedMax).map((one) => one.records_read);
    if (!last || compared.length < comparedMin) return undefined;
    const mean = compared.reduce((sum, read) => sum + read, 0) / compared.length;
    if (Math.abs(last.records_read - mean) * 100 <= limit * mean) return undefined;
    const usual = Math.round(mean);
    return `The last run read ${last.records_read} records; usually they are about ${usual}.`;
  },
};

/** What there is to warn of, in words. */
export function warningsOf(alerts: AlertLimits, facts: Facts): Map<AlertName, string> {
  const warnings = new Map<AlertName, string>();
  if (!facts.isEnabled) return warnings;
  for (const name of Object.keys(rules) as AlertName[]) {
    const limit = alerts[name];
    const message = limit === null ? undefined : rules[name](limit, facts);
    if (message !== undefined) warnings.set(name, message);
  }
  return warnings;
}
