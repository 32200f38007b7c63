import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** What an option names with `-`: a line that is typed unseen, or all of standard input. */
export async function readHidden(what: string): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).replace(/\r?\n$/, '');
  process.stderr.write(`${what}: `);
  const output = new Writable({ write: (_, __, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  try {
    return await new Promise((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new Error('Nothing was entered.')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}

/** The text of a file, or of standard input when it is called `-`. */
export async function readInput(file: string, what: string): Promise<string> {
  if (file === '-') return readHidden(what);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}
