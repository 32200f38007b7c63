import { AppError } from '../../../runtime/errors.ts';

const waitingMax = 20;

type Work = () => Promise<void>;

/**
 * Does one piece of work at a time, taking turns between organizations, so that none waits for
 * everything that another wants.
 */
export class Turns {
  readonly #waiting = new Map<number, Work[]>();
  #isBusy = false;

  /** @throws AppError overloaded (503) when too much work of the organization is waiting */
  take<T>(organization: number, work: () => Promise<T>): Promise<T> {
    const waiting = this.#waiting.get(organization) ?? [];
    if (waiting.length >= waitingMax) throw crowded();
    const taken = new Promise<T>((resolve, reject) => {
      waiting.push(() => work().then(resolve, reject));
    });
    this.#waiting.set(organization, waiting);
    if (!this.#isBusy) void this.#go();
    return taken;
  }

  async #go(): Promise<void> {
    this.#isBusy = true;
    for (let work = this.#next(); work; work = this.#next()) await work();
    this.#isBusy = false;
  }

  /** The next work of the organization that was served longest ago. */
  #next(): Work | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const [organization, waiting] = first;
    const work = waiting.shift();
    this.#waiting.delete(organization);
    if (waiting.length > 0) this.#waiting.set(organization, waiting);
    return work;
  }
}

function crowded(): AppError {
  return new AppError('overloaded', {
    message:
      'Too many pictures from this organization are arriving at once; try again in a few seconds.',
    headers: { 'retry-after': '5' },
  });
}
