import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { encodeFrame, type Frame, FrameReader } from './inside/frames.ts';
import type { Broken, Limits, Question, Reply } from './inside/messages.ts';
import { sandboxArguments } from './program.ts';

export type Answer = Frame<Exclude<Reply, { kind: 'ready' | 'working' | 'fetch' }>>;

/** Does what a bundle asks for, and says what came of it: never throws. */
export type Fetch = (text: string) => Promise<string>;

const lookMilliseconds = 20;
/** A process says twice a second that it works. Counted in looks: who slept himself heard nothing. */
const silentLooksMax = 500;
const startingLooksMax = 6 * silentLooksMax;
const frameBytesMax = 256 * 2 ** 20;
const pageBytes = 4096;

/** One process of the sandbox, from the outside: it answers one question at a time, or is ended. */
export class SandboxProcess {
  readonly ended: Promise<unknown>;
  isEnded = false;
  /** The transforms that it has isolates of, or had. */
  readonly known = new Set<string>();
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #bytesMax: number;
  #answer: ((answer: Answer) => void) | undefined;
  #fetch: Fetch | undefined;
  #watch: NodeJS.Timeout | undefined;
  #silentLooks = 0;
  #isReady = false;
  #blame: Broken = 'crash';
  #complaint = '';

  constructor(limits: Limits) {
    this.#bytesMax = limits.processMegabytes * 1.25 * 2 ** 20;
    this.#child = spawn(process.execPath, sandboxArguments(limits), {
      env: { TZ: 'UTC' },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    const { stdin, stdout, stderr } = this.#child;
    const reader = new FrameReader<Reply>(frameBytesMax, (frame) => this.#hear(frame));
    stdout.on('data', (piece: Buffer) => this.#listen(reader, piece));
    stderr.on('data', (piece: Buffer) => {
      this.#complaint = (this.#complaint + piece).slice(0, 2000);
    });
    stdin.on('error', () => this.end('crash'));
    this.#child.on('error', (error) => {
      this.#complaint = error.message;
      this.#leave();
    });
    this.ended = once(this.#child, 'close').catch(() => undefined);
    this.#child.on('close', () => this.#leave());
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** @throws Error when no process could be started */
  ask(question: Question, text: string | Buffer, fetch?: Fetch): Promise<Answer> {
    this.#fetch = fetch;
    this.#hold(true);
    this.#silentLooks = 0;
    this.#watch = setInterval(() => this.#look(), lookMilliseconds);
    return new Promise<Answer>((resolve, reject) => {
      this.#answer = (answer) => {
        clearInterval(this.#watch);
        this.#answer = undefined;
        this.#fetch = undefined;
        if (!this.isEnded) this.#hold(false);
        const { head } = answer;
        if (head.kind === 'broke' && head.isLost && !this.#isReady) reject(this.#failure());
        else resolve(answer);
      };
      this.#child.stdin.write(encodeFrame(question, text));
    });
  }

  /** What it is at ends early; it says so by its answer. */
  cancel(): void {
    if (!this.isEnded) this.#child.stdin.write(encodeFrame({ kind: 'cancel' }));
  }

  end(blame: Broken): void {
    this.#blame = blame;
    this.#hold(true);
    this.#child.kill('SIGKILL');
    this.#leave();
  }

  #listen(reader: FrameReader<Reply>, piece: Buffer): void {
    this.#silentLooks = 0;
    try {
      reader.push(piece);
    } catch {
      this.end('crash');
    }
  }

  #hear({ head, text }: Frame<Reply>): void {
    if (head.kind === 'ready') this.#isReady = true;
    else if (head.kind === 'working') return;
    else if (head.kind === 'fetch') void this.#tell(head.id, text);
    else if (head.kind === 'broke' && head.isLost) this.#lose(head, text);
    else this.#answer?.({ head, text });
  }

  /** What comes too late for what was asked is not told. */
  async #tell(id: number, text: string): Promise<void> {
    const fetch = this.#fetch;
    const answer = await fetch?.(text);
    if (answer === undefined || this.isEnded || fetch !== this.#fetch) return;
    this.#child.stdin.write(encodeFrame({ kind: 'fetched', id }, answer));
  }

  #lose(head: Answer['head'], text: string): void {
    this.isEnded = true;
    this.#child.kill('SIGKILL');
    this.#answer?.({ head, text });
  }

  #look(): void {
    this.#silentLooks += 1;
    if (this.#silentLooks > (this.#isReady ? silentLooksMax : startingLooksMax)) this.end('time');
    else if (residentBytes(this.pid) > this.#bytesMax) this.end('memory');
  }

  #leave(): void {
    this.isEnded = true;
    const known = { index: null, isModule: false, wasAwaited: false };
    const lost = { broken: this.#blame, ...known, isLost: true };
    this.#answer?.({ head: { kind: 'broke', ...lost }, text: '' });
  }

  #failure(): Error {
    return new Error(`the sandbox does not start: ${this.#complaint.trim()}`);
  }

  /** The server may end while a process waits for work, but not while one is at it. */
  #hold(isBusy: boolean): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const stream of [stdin, stdout, stderr] as unknown as Socket[]) {
      if (isBusy) stream.ref();
      else stream.unref();
    }
    if (isBusy) this.#child.ref();
    else this.#child.unref();
  }
}

/** Where the system says it; elsewhere the process looks at itself only. */
export function residentBytes(pid: number | undefined): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ');
    return Number(pages) * pageBytes;
  } catch {
    return 0;
  }
}
