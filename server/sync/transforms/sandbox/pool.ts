import { AppError } from '../../../runtime/errors.ts';
import type { Limits, Question } from './inside/messages.ts';
import { type Answer, type Fetch, SandboxProcess } from './process.ts';

export interface PoolOptions {
  processes: number;
  idleMilliseconds: number;
  /** How much of one organization may wait. */
  waitingMax: number;
  /** How many processes one organization may have at once; all, where it is not said. */
  processesOfOne?: number;
}

export interface Task {
  organization: number;
  question: Exclude<Question, { kind: 'cancel' | 'fetched' }>;
  text: string | Buffer;
  signal?: AbortSignal | undefined;
  fetch?: Fetch;
}

interface Waiting {
  task: Task;
  process?: SandboxProcess;
  resolve: (answer: Answer) => void;
  reject: (reason: unknown) => void;
  /** How many processes ended before they had begun with it. */
  starts: number;
}

const startsMax = 3;

/** Some processes, started when they are needed, and the line before them: organizations take turns. */
export class Pool {
  readonly #options: PoolOptions;
  readonly #limits: Limits;
  readonly #waiting = new Map<number, Waiting[]>();
  readonly #idle = new Set<SandboxProcess>();
  readonly #busy = new Map<SandboxProcess, number>();
  #rest: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: PoolOptions, limits: Limits) {
    this.#options = options;
    this.#limits = limits;
  }

  get pids(): number[] {
    return [...this.#idle, ...this.#busy.keys()].flatMap(({ pid }) =>
      pid === undefined ? [] : [pid],
    );
  }

  /** @throws AppError overloaded (503); the reason of the signal */
  ask(task: Task): Promise<Answer> {
    task.signal?.throwIfAborted();
    if (this.#isClosed) throw new Error('the sandbox is closed');
    const own = this.#waiting.get(task.organization) ?? [];
    if (own.length >= this.#options.waitingMax) throw crowded();
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const waiting: Waiting = { task, resolve, reject, starts: 0 };
    own.push(waiting);
    this.#waiting.set(task.organization, own);
    const abort = () => this.#abort(waiting);
    task.signal?.addEventListener('abort', abort);
    this.#go();
    return promise.finally(() => task.signal?.removeEventListener('abort', abort));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#rest);
    for (const waiting of [...this.#waiting.values()].flat()) {
      waiting.reject(new Error('the sandbox is closed'));
    }
    this.#waiting.clear();
    const processes = [...this.#idle, ...this.#busy.keys()];
    for (const process of processes) process.end('crash');
    await Promise.all(processes.map(({ ended }) => ended));
  }

  #go(): void {
    for (const process of this.#idle) if (process.isEnded) this.#idle.delete(process);
    while (this.#waiting.size > 0) {
      const isFull = this.#idle.size + this.#busy.size >= this.#options.processes;
      if (this.#idle.size === 0 && isFull) return;
      const waiting = this.#next();
      if (!waiting) return;
      void this.#give(waiting, this.#processFor(waiting.task));
    }
  }

  /** The first of the organization that was served longest ago, of those that may have another process. */
  #next(): Waiting | undefined {
    const { processesOfOne = this.#options.processes } = this.#options;
    const busy = [...this.#busy.values()];
    const countOf = (organization: number) => busy.filter((one) => one === organization).length;
    const found = this.#waiting.entries().find(([one]) => countOf(one) < processesOfOne);
    if (!found) return undefined;
    const [organization, own] = found;
    const waiting = own.shift() as Waiting;
    this.#waiting.delete(organization);
    if (own.length > 0) this.#waiting.set(organization, own);
    return waiting;
  }

  #processFor({ question }: Task): SandboxProcess {
    const isolate = question.kind === 'run' ? question.isolate : undefined;
    const idle = [...this.#idle];
    const familiar = idle.find(({ known }) => isolate !== undefined && known.has(isolate));
    const process = familiar ?? idle[0] ?? new SandboxProcess(this.#limits);
    if (isolate !== undefined) process.known.add(isolate);
    return process;
  }

  /** Its process ended before it had begun, as when the machine is short of memory. */
  #putFirst(waiting: Waiting): void {
    const { organization } = waiting.task;
    delete waiting.process;
    this.#waiting.set(organization, [waiting, ...(this.#waiting.get(organization) ?? [])]);
  }

  async #give(waiting: Waiting, process: SandboxProcess): Promise<void> {
    clearTimeout(this.#rest);
    this.#idle.delete(process);
    this.#busy.set(process, waiting.task.organization);
    waiting.process = process;
    const { question, text, fetch } = waiting.task;
    await process.ask(question, text, fetch).then(waiting.resolve, (error) => {
      waiting.starts += 1;
      const isOver = this.#isClosed || waiting.task.signal?.aborted;
      if (waiting.starts < startsMax && !isOver) this.#putFirst(waiting);
      else waiting.reject(error);
    });
    this.#busy.delete(process);
    if (!process.isEnded) this.#idle.add(process);
    if (this.#isClosed) return;
    this.#go();
    if (this.#busy.size > 0) return;
    this.#rest = setTimeout(() => this.#letGo(), this.#options.idleMilliseconds).unref();
  }

  #letGo(): void {
    for (const process of this.#idle) process.end('crash');
    this.#idle.clear();
  }

  #abort({ task, process, reject }: Waiting): void {
    reject(task.signal?.reason);
    if (process) {
      process.cancel();
      return;
    }
    const { organization } = task;
    const others = this.#waiting.get(organization)?.filter((other) => other.task !== task) ?? [];
    if (others.length > 0) this.#waiting.set(organization, others);
    else this.#waiting.delete(organization);
  }
}

function crowded(): AppError {
  return new AppError('overloaded', {
    message: 'Too much code of this organization waits to be run; try again in a few seconds.',
    headers: { 'retry-after': '5' },
  });
}
