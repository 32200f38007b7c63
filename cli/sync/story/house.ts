import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const program = join(import.meta.dirname, '..', '..', '..', 'bin', 'heddle');

export type Demo = {
  organization: string;
  consumer: { client_id: string; client_secret: string };
  sync: { client_id: string; client_secret: string };
  practices: { id: string; name: string }[];
};

export type Apart = (settings: Record<string, string>) => NodeJS.ProcessEnv;

/** An installation of its own in a temporary folder, with the demo organization; `close` deletes it. */
export class House {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;
  #server: ChildProcess | undefined;
  url = '';

  private constructor(folder: string, apart: Apart) {
    this.#folder = folder;
    this.#environment = apart({
      ...{ HEDDLE_DATA: folder, HEDDLE_PORT: '0', LOG_LEVEL: 'silent' },
      HEDDLE_ALLOW_PRIVATE_HOSTS: '127.0.0.1',
    });
  }

  /** `apart`: the environment of this process, with these settings and no others. */
  static async open(apart: Apart): Promise<House> {
    return new House(await mkdtemp(join(tmpdir(), 'heddle-story-')), apart);
  }

  /** Starts the server, and waits until it answers. */
  async serve(): Promise<void> {
    const server = this.#spawn(['serve', '--json']);
    this.#server = server;
    const { port } = JSON.parse(await firstLine(server)) as { port: number };
    this.url = `http://127.0.0.1:${port}`;
  }

  async demo(): Promise<Demo> {
    return JSON.parse(await firstLine(this.#spawn(['demo', '--json']))) as Demo;
  }

  /** As a power cut does. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async close(): Promise<void> {
    await this.#end('SIGTERM');
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server || server.exitCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  }

  #spawn(args: readonly string[]): ChildProcess {
    const stdio = ['ignore', 'pipe', 'inherit'] as const;
    return spawn(program, args, { env: this.#environment, stdio: [...stdio] });
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  const { stdout } = child;
  if (!stdout) throw new Error('Nothing is heard of it.');
  for await (const line of createInterface(stdout)) {
    // What nobody reads would keep this process from its end.
    stdout.resume();
    return line;
  }
  throw new Error('The installation of the story did not start.');
}
