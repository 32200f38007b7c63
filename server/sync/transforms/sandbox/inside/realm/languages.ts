import type { Transform } from './batch.ts';
import { reasonOf } from './reason.ts';

type Load = (module: { exports: unknown }, exports: unknown, console: object) => void;
interface Expression {
  evaluate(record: unknown): Promise<unknown>;
}

/** The library, which the isolate has run before. */
declare const jsonata: (code: string) => Expression;

export function fromModule(load: Load, console: object): Transform {
  const module: { exports: unknown } = { exports: {} };
  load(module, module.exports, console);
  if (typeof module.exports === 'function') return module.exports as Transform;
  throw new TypeError('The code must assign a function to module.exports');
}

export function fromExpression(code: string): Transform {
  const expression = jsonata(code);
  return (record) => expression.evaluate(record);
}

/** Where the parser stumbled, counted from 0; nothing when it did not. */
export function complaintAbout(code: string): string | undefined {
  try {
    jsonata(code);
    return undefined;
  } catch (thrown) {
    const { position } = thrown as { position?: number };
    return JSON.stringify({ message: reasonOf(thrown), position: position ?? 0 });
  }
}
