import { AppError } from '../../runtime/errors.ts';
import type { Asked, Caller } from '../connectors/extension/calls.ts';
import { ConnectorError } from '../connectors/failure.ts';
import { hide } from '../connectors/http/answer.ts';
import type { Outside } from '../connectors/outside-contract.ts';
import { Place } from '../connectors/place.ts';
import type { Limits } from '../transforms/sandbox/inside/messages.ts';
import { Pool } from '../transforms/sandbox/pool.ts';
import type { Answer } from '../transforms/sandbox/process.ts';
import { readExactly } from '../values/exact-json.ts';
import { objectIn, textIn } from '../values/members.ts';
import type { Json } from '../values/types.ts';
import { Fetching } from './fetching.ts';

const isolateMegabytes = 128;
const processorSeconds = 5;
const wallSeconds = 60;
const saidCharactersMax = 300;

const limits: Limits = {
  ...{ recordMilliseconds: 0, otherMilliseconds: 0, isolatesKept: 0 },
  bounds: { recordCharacters: 0, outputsOfRecord: 0, consoleLines: 0, consoleCharacters: 0 },
  isolateMegabytes,
  processMegabytes: 448,
  call: { processorMilliseconds: processorSeconds * 1000, wallMilliseconds: wallSeconds * 1000 },
};

type Bundle = {
  readonly organization: number;
  readonly code: string;
  readonly hosts: readonly string[];
  /** What is taken out of what it says. */
  readonly hidden: readonly string[];
};

/** What a bundle says that it is. */
export type Described = {
  readonly provider?: unknown;
  readonly configSchema?: unknown;
  readonly credentialsSchema?: unknown;
  readonly operations?: unknown;
  readonly has: readonly string[];
};

/** Runs bundles of organizations, each call in an isolate of its own in a process that can be ended. */
export class Bundles {
  readonly #pool = new Pool(
    { processes: 4, processesOfOne: 2, idleMilliseconds: 60_000, waitingMax: 64 },
    limits,
  );

  /** The processes that run just now. */
  get pids(): number[] {
    return this.#pool.pids;
  }

  callerOf(bundle: Bundle, outside: Outside): Caller {
    const place = new Place(outside);
    return {
      ask: async ({ name, body, signal }: Asked) => {
        const bounded = AbortSignal.any([signal, outside.signal]);
        const { fetch } = new Fetching(bundle.hosts, { outside, place }, bounded);
        const { organization, code } = bundle;
        const question = { kind: 'call', code, name } as const;
        try {
          const task = { organization, question, text: body, signal: bounded, fetch };
          return answerIn(await this.#pool.ask(task), bundle.hidden);
        } catch (error) {
          throw refusalOf(error, name, bounded);
        }
      },
    };
  }

  /** What code is, or what is wrong with it; it can fetch nothing meanwhile. */
  async describe(organization: number, code: string): Promise<Described | { complaint: string }> {
    const question = { kind: 'call', code, name: '' } as const;
    const fetch = async () => JSON.stringify({ error: 'not before it is registered.' });
    const { head, text } = await this.#pool.ask({ organization, question, text: '', fetch });
    if (head.kind === 'unusable') {
      const { line, column, message } = head;
      return { complaint: `line ${line}, column ${column}: ${message}` };
    }
    if (head.kind !== 'done') return { complaint: brokenBy(head) };
    const said = objectIn(readExactly(text));
    const described = objectIn(said?.answer);
    if (!described)
      return { complaint: textIn(objectIn(said?.error)?.message) || 'it is no bundle' };
    const has = Array.isArray(described.has) ? described.has.map(String) : [];
    return { ...described, has };
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}

/** Why a call came to nothing, where the bundle itself has said nothing. */
function refusalOf(error: unknown, name: string, { aborted, reason }: AbortSignal): unknown {
  const cause = error;
  if (error instanceof AppError) return new ConnectorError('retry', error.message, { cause });
  const isLate = aborted && reason?.name === 'TimeoutError';
  if (!isLate || error instanceof ConnectorError) return error;
  const message = `The extension did not answer "${name}" in time, and was ended.`;
  return new ConnectorError('retry', message, { cause });
}

/** What comes out of a process is not trusted to be what it should be. @throws ConnectorError */
function answerIn({ head, text }: Answer, hidden: readonly string[]): Json | undefined {
  if (head.kind === 'unusable') {
    throw new ConnectorError(
      'configuration',
      `The bundle cannot be run: ${shown(head.message, hidden)}.`,
    );
  }
  if (head.kind !== 'done') {
    const kind = head.kind === 'broke' && head.broken === 'crash' ? 'retry' : 'configuration';
    throw new ConnectorError(kind, `The extension was ended: ${brokenBy(head)}.`);
  }
  const outcome = objectIn(readExactly(text));
  if (!outcome) throw new ConnectorError('configuration', 'The bundle does not answer JSON.');
  const error = objectIn(outcome.error);
  if (error) throw failureOf(error, hidden);
  return outcome.answer;
}

function failureOf(error: { readonly [name: string]: Json }, hidden: readonly string[]) {
  const { status, retryAfterSeconds: seconds, line, column } = error;
  const said = shown(textIn(error.message), hidden);
  const isPlaced = typeof line === 'number' && typeof column === 'number';
  const place = isPlaced ? ` (line ${line}, column ${column})` : '';
  const hasStatus = typeof status === 'number';
  const more = {
    upstream: hasStatus ? `${said}${place}` : said,
    ...(typeof seconds === 'number' && seconds >= 0 ? { retryAfterSeconds: seconds } : {}),
  };
  if (!hasStatus) {
    const message = `The code of the extension has thrown an error${place}.`;
    return new ConnectorError('retry', message, more);
  }
  const code = status;
  if (code === 400) {
    return new ConnectorError('request', 'The extension says that this cannot be done.', more);
  }
  if (code === 401 || code === 403) {
    const message = 'The extension says that the credentials are not taken.';
    return new ConnectorError('configuration', message, more);
  }
  if (code > 403 && code < 429) {
    return new ConnectorError('configuration', `The extension refuses this (${code}).`, more);
  }
  return new ConnectorError('retry', `The extension cannot do this just now (${code}).`, more);
}

function shown(text: string, hidden: readonly string[]): string {
  return hide(text.slice(0, 4 * saidCharactersMax), hidden).slice(0, saidCharactersMax);
}

function brokenBy(head: Answer['head']): string {
  if (head.kind === 'broke' && head.broken === 'memory') {
    return `it took more than ${isolateMegabytes} MiB`;
  }
  if (head.kind === 'broke' && head.broken === 'time') {
    const busy = `${2 * processorSeconds} s of one that is shared`;
    return `it took more than ${processorSeconds} s of a processor (${busy}), or ${wallSeconds} s in all`;
  }
  if (head.kind === 'broke' && head.broken === 'stalled') {
    return 'it waits for a promise that nothing settles any more';
  }
  return 'its process ended';
}
