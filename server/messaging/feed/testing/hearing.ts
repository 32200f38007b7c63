import assert from 'node:assert/strict';
import { after } from 'node:test';
import { type Change, feedPath } from '../../../../contract/messaging/website/feed.ts';
import { until } from '../../../runtime/testing/until.ts';

export type FrameHeard = { id: string; event: string; data: string };

type From = { after?: string; lastEventId?: string };
type Listening = { fetch: typeof fetch };

const running = new Set<Hearing>();
after(() => {
  for (const hearing of running) hearing.close();
});

/** What somebody hears on a stream, from its beginning. */
export class Hearing {
  readonly frames: FrameHeard[] = [];
  readonly response: Response;
  ended = false;
  /** The connection broke, where the stream could have been ended. */
  broken = false;
  readonly #abort: AbortController;

  constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    running.add(this);
    void this.#read().finally(() => {
      this.ended = true;
      running.delete(this);
    });
  }

  get changes(): Change[] {
    return this.frames
      .filter(({ event }) => event === 'changes')
      .flatMap(({ data }) => JSON.parse(data) as Change[]);
  }

  /** The id of the last frame: where to go on from. */
  get position(): string {
    return this.frames.at(-1)?.id ?? '';
  }

  of<K extends Change['kind']>(kind: K): Extract<Change, { kind: K }>[] {
    return this.changes.filter((one): one is Extract<Change, { kind: K }> => one.kind === kind);
  }

  /** Resolves once a change was heard whose text contains some words. */
  async until(words: string): Promise<void> {
    // Not as a part of some id: those are drawn, and any two letters may be in one.
    const alone = new RegExp(`(?<![\\w-])${RegExp.escape(words)}(?![\\w-])`);
    await until(`"${words}" was heard`, () => alone.test(JSON.stringify(this.changes)));
  }

  async untilEvent(name: string): Promise<FrameHeard> {
    return until(`${name} was heard`, () => this.frames.find(({ event }) => event === name));
  }

  async untilEnded(): Promise<void> {
    await until('the stream has ended', () => this.ended);
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(): Promise<void> {
    let text = '';
    try {
      for await (const piece of (this.response.body as ReadableStream).pipeThrough(
        new TextDecoderStream(),
      )) {
        const frames = `${text}${piece}`.split('\n\n');
        text = frames.pop() as string;
        this.frames.push(...frames.map(readFrame));
      }
    } catch {
      this.broken = true;
    }
  }
}

function readFrame(frame: string): FrameHeard {
  const lines = frame.split('\n').map((line) => {
    const colon = line.indexOf(': ');
    return [line.slice(0, colon), line.slice(colon + 2)];
  });
  return { id: '', event: 'message', data: '', ...Object.fromEntries(lines) };
}

/** Asks for a stream, whatever is answered. */
export async function request(url: string, by: Listening, from: From = {}): Promise<Response> {
  return (await ask(url, by, from)).response;
}

/** Opens a stream. @throws when it is refused, or there is nobody */
export async function open(url: string, by: Listening, from: From = {}): Promise<Hearing> {
  const { response, abort } = await ask(url, by, from);
  assert.equal(response.status, 200, response.ok ? '' : await response.text());
  return new Hearing(response, abort);
}

/** Opens a stream, and waits for its hello. */
export async function listen(url: string, by: Listening, from: From = {}): Promise<Hearing> {
  const hearing = await open(url, by, from);
  await hearing.untilEvent('hello');
  return hearing;
}

async function ask(url: string, { fetch }: Listening, { after: position, lastEventId }: From) {
  const abort = new AbortController();
  const query = position === undefined ? '' : `?after=${encodeURIComponent(position)}`;
  const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(`${url}${feedPath}${query}`, { headers, signal: abort.signal });
  return { response, abort };
}
