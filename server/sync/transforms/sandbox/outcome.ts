import type { Head } from './inside/messages.ts';

interface Place {
  from: number;
  to: number;
}

export interface TextOutcome {
  /** The records that came out, as one JSON array. */
  text: string;
  /** For each of them, which of the given ones it comes from. */
  sources: number[];
  errors: { index: number; error: string }[];
  console: string[];
  durationMs: number;
}

const consoleLinesMax = 100;

/** What became of records so far, put together from the stretches that crossed. */
export class Outcome {
  readonly #began = performance.now();
  readonly #pieces: { from: number; text: string; sources: number[] }[] = [];
  readonly #errors: { index: number; error: string }[] = [];
  readonly #console: string[] = [];

  /** Takes what an isolate has said, unless it makes no sense: then somebody broke out of one. */
  take({ from, to }: Place, text: string): boolean {
    const end = text.indexOf('\n');
    const head = headOf(text.slice(0, end), to - from);
    const outputs = text.slice(end + 1);
    if (!head || !outputs.startsWith('[') || !outputs.endsWith(']')) return false;
    const sources = head.sources ?? Array.from({ length: to - from }, (_, index) => index);
    this.#pieces.push({
      from,
      text: outputs.slice(1, -1),
      sources: from === 0 ? sources : sources.map((source) => source + from),
    });
    for (const [index, error] of head.errors) this.#errors.push({ index: index + from, error });
    this.#console.push(...head.console.slice(0, consoleLinesMax - this.#console.length));
    return true;
  }

  fail({ from, to }: Place, error: string): void {
    for (let index = from; index < to; index += 1) this.#errors.push({ index, error });
  }

  toText(): TextOutcome {
    const pieces = this.#pieces.filter(({ text }) => text !== '');
    pieces.sort((one, other) => one.from - other.from);
    return {
      text: `[${pieces.map(({ text }) => text).join(',')}]`,
      sources:
        pieces.length === 1 ? (pieces[0]?.sources ?? []) : pieces.flatMap(({ sources }) => sources),
      errors: this.#errors.sort((one, other) => one.index - other.index),
      console: this.#console,
      durationMs: Math.round(performance.now() - this.#began),
    };
  }
}

function headOf(text: string, count: number): Head | undefined {
  try {
    const head = JSON.parse(text) as Head;
    const isIndex = (index: number) => Number.isInteger(index) && index >= 0 && index < count;
    const isSound =
      head.errors.every(([index, message]) => isIndex(index) && typeof message === 'string') &&
      head.console.every((line) => typeof line === 'string') &&
      (head.sources ?? []).every(isIndex);
    return isSound ? head : undefined;
  } catch {
    return undefined;
  }
}
