import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ConnectorError } from '../failure.ts';
import type { Answer, Questions } from './asked.ts';
import type { SqlValue } from './cells.ts';
import { understand } from './failure.ts';

type Waiting = { resolve(answered: never): void; reject(error: Error): void };

const program = join(import.meta.dirname, 'process.ts');

/**
 * A database that is open in a process of its own: it may wait, and can be ended, whatever statement it
 * is at. A thread is ended only between two calls of SQLite.
 */
export class Link {
  readonly #process: ChildProcess = fork(program, [], {
    execArgv: ['--max-old-space-size=192'],
    serialization: 'advanced',
  });
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #isEnded = false;

  private constructor() {
    this.#process.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) this.#rest();
      if ('failed' in answer) waiting?.reject(understand(answer.failed));
      else waiting?.resolve(answer.answered as never);
    });
    const end = (reason: string) => () => {
      this.#isEnded = true;
      const error = new ConnectorError('retry', `SQLite has ended: ${reason}`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    this.#process.on('error', (error: Error) => end(error.message)());
    this.#process.on('exit', end('its process is gone'));
    this.#rest();
  }

  /** Nobody waits for it. */
  #rest(): void {
    this.#process.unref();
    this.#process.channel?.unref();
  }

  /** @throws ConnectorError */
  static async open(path: string, isReadOnly: boolean): Promise<Link> {
    const link = new Link();
    try {
      await link.ask('open', { path, isReadOnly });
    } catch (error) {
      await link.abandon();
      throw error;
    }
    return link;
  }

  async ask<Name extends keyof Questions>(
    name: Name,
    asked: Questions[Name]['asked'],
  ): Promise<Questions[Name]['answered']> {
    if (this.#isEnded) throw new ConnectorError('retry', 'SQLite has ended.');
    this.#asked += 1;
    const id = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.ref();
      this.#process.channel?.ref();
      // That it is gone is heard by itself.
      this.#process.send({ id, name, asked }, () => undefined);
    });
  }

  run(sql: string): Promise<undefined> {
    return this.ask('exec', { sql });
  }

  all(sql: string, values: readonly SqlValue[] = []): Promise<SqlValue[][]> {
    return this.ask('all', { sql, values });
  }

  change(sql: string, values: readonly SqlValue[] = []): Promise<number> {
    return this.ask('change', { sql, values });
  }

  async close(): Promise<void> {
    if (this.#isEnded) return;
    await this.ask('close', undefined).catch(() => undefined);
    await this.abandon();
  }

  async abandon(): Promise<void> {
    const child = this.#process;
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.ref();
    child.kill('SIGKILL');
    await ended;
  }
}
