import ivm from 'isolated-vm';
import { jsonataSource } from './jsonata.ts';
import type { Limits, Question, TransformType } from './messages.ts';
import { realmSource } from './realm/realm.ts';

/** A context that code of others has not run in yet. */
interface Realm {
  context: ivm.Context;
  exports: ivm.Reference<Record<string, unknown>>;
}

export interface ChamberOptions {
  type: TransformType;
  code: string;
  limits: Limits;
  onCatastrophe: () => void;
}

/** The isolate of one transform of one organization, with a context for each batch. */
export class Chamber {
  readonly code: string;
  readonly isolate: ivm.Isolate;
  readonly #type: TransformType;
  readonly #bounds: ivm.ExternalCopy<unknown>;
  readonly #boot: ivm.Script[];
  readonly #load: ivm.Script | undefined;
  #spare: Promise<Realm> | undefined;

  /** @throws SyntaxError whose message ends in `[transform.js:line:column]` */
  static async open({ type, code, limits, onCatastrophe }: ChamberOptions): Promise<Chamber> {
    const isolate = new ivm.Isolate({
      memoryLimit: limits.isolateMegabytes,
      onCatastrophicError: onCatastrophe,
    });
    try {
      const sources = type === 'jsonata' ? [await jsonataSource(), realmSource] : [realmSource];
      const boot: ivm.Script[] = [];
      for (const source of sources) boot.push(await isolate.compileScript(source));
      const load = type === 'javascript' ? await compileModule(isolate, code) : undefined;
      return new Chamber(isolate, { type, code, limits, boot, load });
    } catch (error) {
      dispose(isolate);
      throw error;
    }
  }

  private constructor(
    isolate: ivm.Isolate,
    made: {
      type: TransformType;
      code: string;
      limits: Limits;
      boot: ivm.Script[];
      load: ivm.Script | undefined;
    },
  ) {
    this.isolate = isolate;
    this.code = made.code;
    this.#type = made.type;
    this.#boot = made.boot;
    this.#load = made.load;
    this.#bounds = new ivm.ExternalCopy(made.limits.bounds);
  }

  /** What the realm makes of the records, as text. Rejects when the isolate ends meanwhile. */
  async run(
    text: string,
    { isChangesOnly, columns, count }: Question & { kind: 'run' },
    progress: ivm.ExternalCopy<Int32Array>,
  ): Promise<string> {
    const realm = await (this.#spare ?? this.#realm());
    this.#spare = undefined;
    const references: ivm.Reference<unknown>[] = [realm.exports];
    const get = async (name: string) => {
      const reference = await realm.exports.get(name, { reference: true });
      references.push(reference as ivm.Reference<unknown>);
      return reference as ivm.Reference<(...values: unknown[]) => unknown>;
    };
    try {
      const make = await this.#make(realm, get);
      references.push(make);
      const begin = await get('begin');
      const dropsUndefined = this.#type === 'jsonata';
      const kind = { dropsUndefined, isChangesOnly, count, ...(columns ? { columns } : {}) };
      const given = [
        make.derefInto(),
        new ivm.ExternalCopy(kind).copyInto({ release: true }),
        text,
        progress.copyInto(),
        this.#bounds.copyInto(),
      ];
      let outcome = await begin.apply(undefined, given);
      const goOn = outcome === undefined ? await get('goOn') : undefined;
      while (goOn && outcome === undefined) outcome = await goOn.apply(undefined, []);
      return outcome as string;
    } finally {
      if (!this.isolate.isDisposed) {
        for (const reference of references) reference.release();
        realm.context.release();
      }
    }
  }

  /** Makes the next batch's context while nobody waits for it. */
  prepare(): void {
    this.#spare = this.#realm();
    this.#spare.catch(() => this.close());
  }

  /** What the parser of JSONata says of the code. */
  async complaint(): Promise<{ message: string; position: number } | undefined> {
    const { exports } = await this.#realm();
    const ask = await exports.get('complaintAbout', { reference: true });
    const said = await (ask as ivm.Reference<(code: string) => string>).apply(undefined, [
      this.code,
    ]);
    return said === undefined ? undefined : JSON.parse(said as unknown as string);
  }

  close(): void {
    dispose(this.isolate);
  }

  async #realm(): Promise<Realm> {
    const context = await this.isolate.createContext();
    let exports: unknown;
    for (const script of this.#boot) {
      exports = await script.run(context, { reference: true });
    }
    return { context, exports: exports as Realm['exports'] };
  }

  async #make(
    { context }: Realm,
    get: (name: string) => Promise<ivm.Reference<(...values: unknown[]) => unknown>>,
  ): Promise<ivm.Reference<unknown>> {
    const asReference = { result: { reference: true } } as const;
    if (!this.#load) return (await get('ofExpression')).apply(undefined, [this.code], asReference);
    const load = await this.#load.run(context, { reference: true });
    return (await get('ofModule')).apply(
      undefined,
      [(load as ivm.Reference<unknown>).derefInto({ release: true })],
      asReference,
    );
  }
}

/** As Node wraps a module, so that its names shadow what is global. */
async function compileModule(isolate: ivm.Isolate, code: string): Promise<ivm.Script> {
  // By itself first: what closes the wrapper and opens another is no module.
  await isolate.compileScript(code, { filename: 'transform.js' });
  const wrapped = `(function (module, exports, console) {\n${code}\n})`;
  return isolate.compileScript(wrapped, { filename: 'transform.js', lineOffset: -1 });
}

function dispose(isolate: ivm.Isolate): void {
  if (!isolate.isDisposed) isolate.dispose();
}
