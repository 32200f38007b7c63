import { readExactly } from '../../values/exact-json.ts';
import { objectIn } from '../../values/members.ts';
import { ConnectorError } from '../failure.ts';
import type { Instance } from './instances.ts';

const entryCharactersMax = 16 * 2 ** 20;
const [quote, backslash] = [0x22, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const ofText = /["\\]/g;
const ofValue = /["{}[\]]/g;
/** Within the list that is a member of the answer. */
const entryDepth = 3;

/**
 * The entries of a report, one after another, of an answer that may be larger than memory.
 * @throws ConnectorError for what is no report, and for one that is broken off
 */
export async function* entriesOf(
  answer: AsyncIterable<Uint8Array>,
  place: string,
): AsyncGenerator<Instance> {
  const cutter = new Cutter(place);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for await (const part of answer) {
    yield* cutter.cut(decoded(() => decoder.decode(part, { stream: true }), place)).map(entryIn);
  }
  decoded(() => decoder.decode(), place);
  cutter.end();

  function entryIn(text: string): Instance {
    const entry = objectIn(readExactly(text));
    if (entry) return entry;
    throw noReport(place);
  }
}

/** Finds where entries begin and end, and reads no more than that. */
class Cutter {
  readonly #place: string;
  #held = '';
  /** Up to where it was looked at. */
  #at = 0;
  #start = -1;
  #depth = 0;
  #isText = false;
  /** What stands around the entries. */
  #around = '';
  #isOver = false;

  constructor(place: string) {
    this.#place = place;
  }

  cut(text: string): string[] {
    const entries: string[] = [];
    this.#held += text;
    for (; this.#at < this.#held.length; this.#at += 1) {
      if (this.#start >= 0) this.#at = this.#nextIn(this.#isText ? ofText : ofValue);
      if (this.#at === this.#held.length) break;
      const code = this.#held.charCodeAt(this.#at);
      if (this.#isText) this.#within(code);
      else this.#step(code, entries);
      if (this.#start < 0 && this.#around.length < 100) this.#around += this.#held[this.#at];
    }
    const kept = this.#start < 0 ? this.#held.length : this.#start;
    if (this.#held.length - kept > entryCharactersMax) throw noReport(this.#place);
    this.#held = this.#held.slice(kept);
    this.#at -= kept;
    if (this.#start >= 0) this.#start = 0;
    return entries;
  }

  /** Where something stands that says what comes after it; else the end of what has come. */
  #nextIn(signs: RegExp): number {
    signs.lastIndex = this.#at;
    return signs.test(this.#held) ? signs.lastIndex - 1 : this.#held.length;
  }

  /** @throws ConnectorError when more should have come */
  end(): void {
    if (this.#isOver) return;
    if (this.#depth === 0) throw noReport(this.#place);
    const message = `${this.#place} was broken off before the report was over.`;
    throw new ConnectorError('retry', message);
  }

  #within(code: number): void {
    // What is escaped is passed over: it may be a quote.
    if (code === backslash) this.#at += 1;
    else if (code === quote) this.#isText = false;
  }

  #step(code: number, entries: string[]): void {
    if (this.#depth === entryDepth - 1) this.#requireBetween(code);
    switch (code) {
      case quote:
        this.#isText = true;
        return;
      case openBrace:
      case openBracket:
        this.#depth += 1;
        this.#requireReport(code);
        if (this.#depth === entryDepth) this.#start = this.#at;
        return;
      case closeBrace:
      case closeBracket:
        if (this.#depth === entryDepth) {
          entries.push(this.#held.slice(this.#start, this.#at + 1));
          this.#start = -1;
        }
        this.#depth -= 1;
        if (this.#depth === 0) this.#isOver = true;
    }
  }

  /** Nothing but entries is in their list. */
  #requireBetween(code: number): void {
    if (!'{], \t\r\n'.includes(String.fromCharCode(code))) throw noReport(this.#place);
  }

  /** An object, whose first member is the list of entries. */
  #requireReport(code: number): void {
    const isList = code === openBracket;
    if (this.#isOver || (this.#depth === 1 && isList)) throw noReport(this.#place);
    if (this.#depth !== 2) return;
    if (isList && /^\s*\{\s*"Report_Entry"\s*:\s*$/.test(this.#around)) return;
    throw noReport(this.#place);
  }
}

function decoded(decode: () => string, place: string): string {
  try {
    return decode();
  } catch (cause) {
    throw new ConnectorError('configuration', `${place} did not answer UTF-8.`, { cause });
  }
}

function noReport(place: string): ConnectorError {
  const message = `${place} did not answer a report in JSON: enable it as a web service.`;
  return new ConnectorError('configuration', message);
}
