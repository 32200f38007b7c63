import type { Failure } from './failures.ts';
import { type Document, lineAt } from './sources.ts';

const outside = /(\.\.\/)+shared\b|(?<![\w.])\/work\/(main|shared)\b/g;

/** The project stands alone: what it says must be there for whoever has only the project. */
export function pathsOutside(documents: Document[]): Failure[] {
  return documents.flatMap(({ path, text }) =>
    [...text.matchAll(outside)].map((match) => ({
      path,
      line: lineAt(text, match.index),
      what: `points outside of the project: ${match[0]}`,
      remedy: 'say it here',
    })),
  );
}
