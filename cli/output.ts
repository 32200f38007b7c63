import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { printable } from './table.ts';

export type Output = { json: boolean };

type Listening = { port?: number; address?: string; hostname?: string };

/** How this command is called from where it was: in a clone nothing else may be on the path. */
export const heddle = existsSync(join('bin', 'heddle')) ? join('bin', 'heddle') : 'heddle';

/** One JSON document on standard output, or the same for people. */
export function print({ json }: Output, value: unknown, text?: string): void {
  const shown = json ? JSON.stringify(value) : (text ?? readable(value));
  process.stdout.write(`${shown}\n`);
}

/** What went wrong, in one line on standard error; with --json also as the document. */
export function printFailure({ json }: Output, thrown: unknown): void {
  const message = messageOf(thrown)
    .replace(/\s*\n\s*/g, ' ')
    .trim();
  complain(message);
  if (json) process.stdout.write(`${JSON.stringify({ ok: false, error: message })}\n`);
}

/** A line on standard error; the commands that it names are called as this one was. */
export function complain(message: string): void {
  const asCalled = message.replace(/(?<![\w./])heddle (?=[a-z])/g, `${heddle} `);
  process.stderr.write(`heddle: ${printable(asCalled)}\n`);
}

/** Lets work go on to its end, and to its exit code, when nobody reads what it writes any more. */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}

/** A value for people: a line for each member, and those of objects further in. */
export function readable(value: unknown, indent = ''): string {
  if (Array.isArray(value)) return value.map((one) => readable(one, indent)).join(`\n${indent}\n`);
  if (typeof value !== 'object' || value === null) return `${indent}${value ?? '–'}`;
  const entries = Object.entries(value);
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries
    .map(([name, member]) =>
      typeof member === 'object' && member !== null && !isEmpty(member)
        ? `${indent}${name}\n${readable(member, `${indent}  `)}`
        : `${indent}${name.padEnd(width)}  ${isEmpty(member) ? '–' : member}`,
    )
    .join('\n');
}

function messageOf(thrown: unknown): string {
  const { code, message, port, address, hostname } = thrown as NodeJS.ErrnoException & Listening;
  if (code === 'EADDRINUSE') {
    return `port ${port} is in use; choose another with --port or HEDDLE_PORT.`;
  }
  if (code === 'EACCES' && port) return `port ${port} may not be opened; choose one above 1023.`;
  if (code === 'EADDRNOTAVAIL') return `HEDDLE_HOST: this machine has no address ${address}.`;
  if (code === 'ENOTFOUND') return `HEDDLE_HOST: there is no host ${hostname}.`;
  // What is said of a header is for callers of an API.
  return message.replace(/ after the time in Retry-After\b/, ' in a moment') || String(thrown);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || (Array.isArray(value) && value.length === 0);
}
