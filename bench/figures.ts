/** A measured figure beside the limit that was measured in the same run on the same machine. */
export type Figure = {
  name: string;
  value: number;
  unit: string;
  /** What the machine could do, and what did it. */
  limit?: { name: string; value: number };
  /** How the two are compared; above 1 is better than the limit unless `aim` says `at most`. */
  ratio?: number;
  aim?: { atLeast: number } | { atMost: number };
  met?: boolean;
  note?: string;
};

export type Result = { benchmark: string; about: string; figures: Figure[] };

type Aim = NonNullable<Figure['aim']>;

/** A figure that is judged by its ratio to a limit. */
export function against(
  name: string,
  unit: string,
  measured: Paired,
  limit: string,
  more: { aim?: Aim; note?: string } = {},
): Figure {
  const { value, limitValue, ratio } = measured;
  return {
    name,
    value,
    unit,
    limit: { name: limit, value: limitValue },
    ratio,
    ...more,
    ...(more.aim ? { met: isMet(more.aim, ratio) } : {}),
  };
}

/** A figure that is judged by itself, or not at all. */
export function plain(
  name: string,
  unit: string,
  value: number,
  more: { aim?: Aim; note?: string } = {},
): Figure {
  return { name, value, unit, ...more, ...(more.aim ? { met: isMet(more.aim, value) } : {}) };
}

/** A figure and its limit, measured one right after the other, several times. */
export type Paired = { value: number; limitValue: number; ratio: number };

/** The medians of rounds; the ratio is the median of the ratios, so that a slow minute hits both. */
export async function paired(
  rounds: number,
  measure: (round: number) => Promise<number>,
  limit: (round: number) => Promise<number>,
): Promise<Paired> {
  const values: number[] = [];
  const limits: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    if (round % 2 === 0) {
      limits.push(await limit(round));
      values.push(await measure(round));
    } else {
      values.push(await measure(round));
      limits.push(await limit(round));
    }
  }
  const ratios = values.map((value, round) => value / (limits[round] as number));
  return { value: median(values), limitValue: median(limits), ratio: median(ratios) };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function isMet(aim: Aim, value: number): boolean {
  return 'atLeast' in aim ? value >= aim.atLeast : value <= aim.atMost;
}
