import type { Progress } from '../syncs/runs/store.ts';

type Side = Progress['waits_for'];

const windowMilliseconds = 10_000;

/** How quickly records move, and who is waited for. */
export class Pace {
  readonly #estimate: number | undefined;
  readonly #spent: Record<Side, number> = { source: 0, destination: 0, transform: 0 };
  #marks: { at: number; records: number }[] = [];

  constructor(estimate: number | undefined) {
    this.#estimate = estimate;
  }

  /** Waits for one of them. */
  async wait<T>(side: Side, work: Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      return await work;
    } finally {
      this.#spent[side] += performance.now() - begun;
    }
  }

  progress(records: number): Progress {
    const now = performance.now();
    this.#marks = [
      ...this.#marks.filter(({ at }) => now - at < windowMilliseconds),
      { at: now, records },
    ];
    const [first] = this.#marks as [{ at: number; records: number }];
    const seconds = (now - first.at) / 1000;
    const rate = seconds > 0 ? (records - first.records) / seconds : 0;
    const left = this.#estimate === undefined ? undefined : Math.max(0, this.#estimate - records);
    return {
      rows_per_second: Math.round(rate),
      waits_for: this.#slowest(),
      percent:
        this.#estimate === undefined || this.#estimate === 0
          ? null
          : Math.min(99, Math.round((100 * records) / this.#estimate)),
      seconds_left: left === undefined || rate === 0 ? null : Math.ceil(left / rate),
    };
  }

  #slowest(): Side {
    const [slowest] = Object.entries(this.#spent).sort(([, one], [, other]) => other - one);
    return (slowest?.[0] ?? 'source') as Side;
  }
}
