import { setImmediate as turn } from 'node:timers/promises';
import ivm from 'isolated-vm';
import type { Limits } from '../messages.ts';
import { hostFor, Pending } from './host.ts';
import { hostNames, surroundingsSource } from './surroundings/surroundings.ts';

const filename = 'bundle.js';

/** A bundle waits for a promise that nothing can settle any more. */
export class Stalled extends Error {}

/** One call of a bundle, in an isolate of its own that ends with it. */
export class Call {
  readonly isolate: ivm.Isolate;
  readonly #code: string;
  readonly #ended = new AbortController();
  readonly #pending = new Pending();

  constructor(code: string, limits: Limits, onCatastrophe: () => void) {
    this.#code = code;
    this.isolate = new ivm.Isolate({
      memoryLimit: limits.isolateMegabytes,
      onCatastrophicError: onCatastrophe,
    });
  }

  /**
   * What it comes to, as text. Rejects when the isolate ends meanwhile, or the code cannot be read.
   * @throws Stalled
   */
  async run(name: string, text: string, fetch: (text: string) => Promise<string>): Promise<string> {
    const context = await this.isolate.createContext();
    const { run } = await this.#surround(context, fetch);
    const exported = await this.#load(context);
    const running = run.apply(undefined, [exported.derefInto(), name, text], {
      result: { promise: true, copy: true },
    });
    const outcome: unknown = await this.#settled(context, running);
    if (typeof outcome === 'string') return outcome;
    throw new TypeError('The bundle has changed what it must not change');
  }

  /** What runs a call, within what a bundle finds around it. */
  async #surround(context: ivm.Context, fetch: (text: string) => Promise<string>) {
    const boot = await this.isolate.compileScript(surroundingsSource);
    const surround: ivm.Reference = await boot.run(context, { reference: true });
    let settle: ivm.Reference | undefined;
    const host = hostFor({
      fetch,
      settle: (id, text) => {
        if (!this.isolate.isDisposed) settle?.applyIgnored(undefined, [id, text]);
      },
      ended: this.#ended.signal,
      pending: this.#pending,
    });
    const given = hostNames().map((one) => {
      const how = one === 'begin' ? ({ ignored: true } as const) : ({ sync: true } as const);
      return new ivm.Callback(host[one], how);
    });
    const own: ivm.Reference = await surround.apply(undefined, given, {
      result: { reference: true },
    });
    settle = await own.get('settle', { reference: true });
    return { run: await own.get('run', { reference: true }) };
  }

  close(): void {
    this.#ended.abort();
    if (!this.isolate.isDisposed) this.isolate.dispose();
  }

  /** What the bundle exports. @throws SyntaxError */
  async #load(context: ivm.Context): Promise<ivm.Reference<unknown>> {
    const code = this.#code;
    const complaint = await this.isolate
      .compileScript(code, { filename })
      .then((script) => void script.release())
      .catch((error: unknown) => error);
    if (complaint !== undefined) return this.#loadModule(context, complaint);
    const wrapped = `(function () {
const module = { exports: {} };
(function (module, exports, require) {\n${code}\n})(module, module.exports, (name) => {
  throw new Error(\`The bundle cannot require "\${name}": it has to be in it\`);
});
return module.exports;
})`;
    const script = await this.isolate.compileScript(wrapped, { filename, lineOffset: -3 });
    const load = (await script.run(context, { reference: true })) as ivm.Reference<() => unknown>;
    return (await load.apply(undefined, [], {
      result: { reference: true },
    })) as unknown as ivm.Reference<unknown>;
  }

  async #loadModule(context: ivm.Context, complaint: unknown): Promise<ivm.Reference<unknown>> {
    const isModule = /\b(?:export|import)\b/.test(this.#code);
    const module = await this.isolate
      .compileModule(this.#code, { filename })
      .catch((error: unknown) => {
        throw isModule ? error : complaint;
      });
    await module.instantiate(context, (specifier) => {
      throw new Error(`The bundle cannot import "${specifier}": it has to be in it`);
    });
    await module.evaluate();
    return module.namespace.get('default', { reference: true }).catch(() => {
      throw new Error('The bundle waits as it is loaded: "await" has to be within its functions');
    });
  }

  /**
   * What is promised. An isolate does one thing after the other and nothing by itself: where it has
   * done what it was given, and waits for nothing outside, a promise stays as it is.
   * @throws Stalled
   */
  async #settled<T>(context: ivm.Context, promised: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = promised.then(
      () => undefined,
      () => undefined,
    );
    void settled.then(() => {
      isSettled = true;
    });
    const probe = await this.isolate.compileScript('0');
    for (;;) {
      await Promise.race([settled, this.#pending.none()]);
      const { begun } = this.#pending;
      if (!isSettled) await probe.run(context);
      await turn();
      if (isSettled) return promised;
      if (begun === this.#pending.begun) throw new Stalled();
    }
  }
}
