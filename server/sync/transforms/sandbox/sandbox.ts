import type { Json } from '../../values/types.ts';
import { complaintAbout, partsOf, type Stretch, stretchesOf } from './batches.ts';
import type {
  Broken,
  Complaint,
  Head,
  Limits,
  Question,
  TransformType,
} from './inside/messages.ts';
import { Outcome, type TextOutcome } from './outcome.ts';
import { Pool, type PoolOptions } from './pool.ts';
import type { Answer } from './process.ts';
import { JsonRecords, type Records } from './records.ts';

export type { Complaint, TransformType } from './inside/messages.ts';
export type { TextOutcome } from './outcome.ts';

export interface Code {
  organization: number;
  type: TransformType;
  code: string;
  signal?: AbortSignal | undefined;
}

/** `key` names the code: a version of a transform. What has one key shares an isolate. */
export interface Work extends Code {
  key: string;
  /** Whether only what of each record is not as it was comes out, in groups. */
  isChangesOnly?: boolean;
}

export type RecordOutcome = { records: Json[] } | { error: string };

export type SandboxOptions = Partial<PoolOptions & Omit<Limits, 'bounds' | 'call'>>;

const codeCharactersMax = 256 * 1024;
const recordCharactersMax = 8 * 2 ** 20;
const breaksMax = 50;
const lossesMax = 2;

const bounds = {
  recordCharacters: recordCharactersMax,
  outputsOfRecord: 10_000,
  consoleLines: 100,
  consoleCharacters: 20_000,
};

/** Runs code of others, JavaScript and JSONata, in processes that can be ended. */
export class Sandbox {
  readonly #limits: Limits;
  readonly #pool: Pool;

  constructor({
    processes = 2,
    idleMilliseconds = 60_000,
    waitingMax = 64,
    ...limits
  }: SandboxOptions = {}) {
    this.#limits = {
      recordMilliseconds: 100,
      otherMilliseconds: 1_000,
      isolateMegabytes: 64,
      processMegabytes: 400,
      isolatesKept: 8,
      ...limits,
      bounds,
      call: { processorMilliseconds: 0, wallMilliseconds: 0 },
    };
    this.#pool = new Pool({ processes, idleMilliseconds, waitingMax }, this.#limits);
  }

  /** The processes that run just now. */
  get pids(): number[] {
    return this.#pool.pids;
  }

  /** What is wrong with code before any record is seen; undefined when nothing is. */
  async check({ organization, type, code, signal }: Code): Promise<Complaint | undefined> {
    if (code.length > codeCharactersMax) {
      return {
        message: `The code is longer than ${codeCharactersMax} characters`,
        line: 1,
        column: 1,
      };
    }
    const ask = (question: Exclude<Question, { kind: 'cancel' | 'fetched' }>) =>
      this.#pool.ask({ organization, question, text: '[]', signal });
    const { head } = await ask({ kind: 'check', type, code });
    if (head.kind === 'checked' && head.complaint) return head.complaint;
    if (head.kind === 'broke') return this.#complaint(head.broken);
    if (type === 'jsonata') return undefined;
    const isolate = `${organization} check`;
    const run = { isolate, type, code, count: 0, isChangesOnly: false };
    const answer = await ask({ kind: 'run', ...run });
    if (answer.head.kind === 'broke') return this.#complaint(answer.head.broken);
    const message = unusable(answer);
    if (message === undefined) return undefined;
    return { message, line: Number(/ \(line (\d+)\)$/.exec(message)?.[1] ?? 1), column: 1 };
  }

  /** What became of each record. */
  async run({ records, ...work }: Work & { records: readonly Json[] }): Promise<{
    outcomes: RecordOutcome[];
    console: string[];
    durationMs: number;
  }> {
    const texts = records.map((record) => JSON.stringify(record));
    const outcome = await this.runTexts({ ...work, records: texts });
    const outcomes: RecordOutcome[] = records.map(() => ({ records: [] }));
    const outputs = JSON.parse(outcome.text) as Json[];
    for (const [at, output] of outputs.entries()) {
      const own = outcomes[outcome.sources[at] as number] as { records: Json[] };
      own.records.push(output);
    }
    for (const { index, error } of outcome.errors) outcomes[index] = { error };
    return { outcomes, console: outcome.console, durationMs: outcome.durationMs };
  }

  /** The same for records that are JSON texts, and stay so. */
  runTexts({ records, ...work }: Work & { records: readonly string[] }): Promise<TextOutcome> {
    return this.runRecords({ ...work, records: new JsonRecords(records) });
  }

  /**
   * The same for records that are lines, too. Each element of the array that is answered is an object,
   * or a group of changes, as long as nobody has broken out of an isolate: that is what a reader checks.
   */
  async runRecords({ records, ...work }: Work & { records: Records }): Promise<TextOutcome> {
    const outcome = new Outcome();
    const waiting = stretchesOf(records).reverse();
    let breaks = 0;
    for (let stretch = waiting.pop(); stretch; stretch = waiting.pop()) {
      const error = this.#refusal(work, records, stretch, breaks);
      if (error !== undefined) {
        outcome.fail(stretch, error);
        continue;
      }
      const again = await this.#runStretch(work, records, stretch, outcome);
      if (again) {
        breaks += 1;
        waiting.push(...again.reverse());
      }
    }
    return outcome.toText();
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #refusal(
    { code }: Code,
    records: Records,
    { from, to }: Stretch,
    breaks: number,
  ): string | undefined {
    if (code.length > codeCharactersMax)
      return `The code is longer than ${codeCharactersMax} characters`;
    if (breaks >= breaksMax)
      return `It was not tried: ${breaksMax} records before it broke a limit`;
    const isLarge = to - from === 1 && records.lengthOf(from) > recordCharactersMax;
    return isLarge
      ? `The record is longer than ${recordCharactersMax} characters of JSON`
      : undefined;
  }

  /** What is to be tried again, undefined when nothing is. */
  async #runStretch(
    { organization, key, type, code, signal, isChangesOnly = false }: Work,
    records: Records,
    stretch: Stretch,
    outcome: Outcome,
  ): Promise<Stretch[] | undefined> {
    const count = stretch.to - stretch.from;
    const isolate = `${organization} ${key}`;
    const { columns } = records;
    const given = { isolate, type, code, count, isChangesOnly, ...(columns ? { columns } : {}) };
    const question = { kind: 'run', ...given } as const;
    const text = records.textOf(stretch.from, stretch.to);
    const answer = await this.#pool.ask({ organization, question, text, signal });
    const { head } = answer;
    if (head.kind === 'broke') return this.#breakUp(stretch, head, outcome);
    const message = unusable(answer);
    if (message !== undefined) outcome.fail(stretch, message);
    else if (!outcome.take(stretch, answer.text)) return this.#breakUp(stretch, lost, outcome);
    return undefined;
  }

  #breakUp(
    stretch: Stretch,
    { broken, index, isModule, wasAwaited }: Omit<typeof lost, 'kind'>,
    outcome: Outcome,
  ): Stretch[] {
    const message = complaintAbout(broken, this.#limits);
    if (isModule && broken === 'time') {
      // Something may have gone on in its isolate, which a fresh one has not seen.
      if (stretch.losses === 0) return [{ ...stretch, losses: 1 }];
      outcome.fail(stretch, `Its code did not come to an end before the first record`);
      return [];
    }
    if (stretch.to - stretch.from === 1) {
      const losses = stretch.losses + 1;
      // Its isolate may have been full of what others left, its process may have been killed.
      if (broken !== 'time' && losses < lossesMax) return [{ ...stretch, losses }];
      outcome.fail(stretch, message);
      return [];
    }
    const again = partsOf(stretch, index);
    if (broken !== 'time' || index === null || wasAwaited) return again;
    // Its time is its own, where nobody left anything to do: there is no need to see that again.
    const guilty = { from: stretch.from + index, to: stretch.from + index + 1 };
    outcome.fail(guilty, message);
    return again.filter(({ from }) => from !== guilty.from);
  }

  #complaint(broken: Broken): Complaint {
    return { message: complaintAbout(broken, this.#limits), line: 1, column: 1 };
  }
}

const lost = {
  broken: 'crash' as Broken,
  index: null as number | null,
  isModule: false,
  wasAwaited: false,
};

/** Why no record can be transformed by this code. */
function unusable({ head, text }: Answer): string | undefined {
  if (head.kind === 'unusable') return head.message;
  if (head.kind !== 'done' || !text.startsWith('{"unusable":')) return undefined;
  return (JSON.parse(text) as Head).unusable;
}
