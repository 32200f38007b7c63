import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const document = join(import.meta.dirname, '../../docs/extensions.md');
const fenced = /^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm;

/** What the tutorial has a reader do, in its order. */
export type Step =
  | { kind: 'file'; name: string; text: string }
  | { kind: 'command'; text: string; isLeftRunning: boolean }
  | { kind: 'shown'; lines: string[] };

/** @throws Error when a block is of no known kind: nothing in the tutorial is untried */
export function readTutorial(): Step[] {
  const text = readFileSync(document, 'utf8');
  return [...text.matchAll(fenced)].map(([, language, name, body = '']): Step => {
    if (language === 'sh') {
      return { kind: 'command', text: body, isLeftRunning: name === 'background' };
    }
    if (language === 'text') return { kind: 'shown', lines: body.trimEnd().split('\n') };
    if (name === undefined) throw new Error(`A block of ${language} without the name of a file`);
    return { kind: 'file', name, text: body };
  });
}
