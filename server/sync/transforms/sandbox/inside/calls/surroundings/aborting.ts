type Listener = (event: { type: string }) => void;

export class Signal {
  aborted = false;
  reason: unknown = undefined;
  onabort: Listener | null = null;
  readonly #listeners = new Set<Listener>();

  static timeout(milliseconds: number): Signal {
    const signal = new Signal();
    const reason = failureOf('TimeoutError', 'The operation was aborted due to timeout');
    void wait(milliseconds).then(() => signal.end(reason));
    return signal;
  }
  static abort(reason: unknown = failureOf('AbortError', 'This operation was aborted')): Signal {
    const signal = new Signal();
    signal.end(reason);
    return signal;
  }
  static any(signals: Iterable<Signal>): Signal {
    const joined = new Signal();
    for (const one of signals) {
      if (one.aborted) joined.end(one.reason);
      else one.addEventListener('abort', () => joined.end(one.reason));
    }
    return joined;
  }

  throwIfAborted(): void {
    if (this.aborted) throw this.reason;
  }
  addEventListener(_type: string, listener: Listener): void {
    this.#listeners.add(listener);
  }
  removeEventListener(_type: string, listener: Listener): void {
    this.#listeners.delete(listener);
  }
  end(reason: unknown): void {
    if (this.aborted) return;
    this.aborted = true;
    this.reason = reason;
    const event = { type: 'abort' };
    this.onabort?.(event);
    for (const listener of this.#listeners) listener(event);
  }
}

export class Controller {
  readonly signal = new Signal();

  abort(reason: unknown = failureOf('AbortError', 'This operation was aborted')): void {
    this.signal.end(reason);
  }
}

export function failureOf(name: string, message: string): Error {
  const error = new Error(message);
  error.name = name;
  return error;
}

export async function wait(milliseconds: unknown): Promise<void> {
  const given = Number(milliseconds);
  await askHost('sleep', given > 0 ? given : 0);
}

/** What the host does meanwhile, by number. */
export const waiting = {
  next: 1,
  resolves: new Map<number, (text: string) => void>(),
};

export function askHost(kind: 'fetch' | 'sleep', given: string | number): Promise<string> {
  const id = waiting.next;
  waiting.next += 1;
  return new Promise((resolve) => {
    waiting.resolves.set(id, resolve);
    host.begin(id, kind, given);
  });
}

/** Called by the host. */
export function settle(id: number, text: string): void {
  const resolve = waiting.resolves.get(id);
  waiting.resolves.delete(id);
  resolve?.(text);
}

export const timers = {
  next: 1,
  running: new Set<number>(),
};

export function startTimer(act: unknown, milliseconds?: unknown, ...given: unknown[]): number {
  if (typeof act !== 'function') throw new TypeError('It must be a function');
  const id = timers.next;
  timers.next += 1;
  timers.running.add(id);
  void wait(milliseconds).then(() => {
    if (timers.running.delete(id)) act(...given);
  });
  return id;
}

export function stopTimer(id?: unknown): void {
  timers.running.delete(Number(id));
}
