import { Worker } from 'node:worker_threads';
import { ConnectorError } from '../failure.ts';
import type { Answer, Questions } from './asked.ts';
import type { SqlValue } from './cells.ts';
import { understand } from './failure.ts';

type Waiting = { resolve(answered: never): void; reject(error: Error): void };

/** A database that is open in a thread of its own, which may wait. */
export class Link {
  readonly #worker = new Worker(new URL('./worker.ts', import.meta.url));
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #isEnded = false;

  private constructor() {
    this.#worker.unref();
    this.#worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      if (this.#waiting.size === 0) this.#worker.unref();
      if ('failed' in answer) waiting?.reject(understand(answer.failed));
      else waiting?.resolve(answer.answered as never);
    });
    const end = (reason: string) => () => {
      this.#isEnded = true;
      const error = new ConnectorError('retry', `SQLite has ended: ${reason}`);
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    this.#worker.on('error', (error: Error) => end(error.message)());
    this.#worker.on('exit', end('its thread is gone'));
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
      this.#worker.ref();
      this.#worker.postMessage({ id, name, asked });
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
    await this.#worker.terminate();
  }

  async abandon(): Promise<void> {
    await this.#worker.terminate();
  }
}
