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

const named = /`((?:[\w-]+\/)+[\w.-]+\.(?:tsx?|sql|md))`/g;
/** The product that ARCHITECTURE.md makes up. */
const example = /\bequipment\b/;

/** A file that a text names, by its path or the end of it, is there. */
export function missingFiles(documents: Document[]): Failure[] {
  const isThere = (name: string) => documents.some(({ path }) => `/${path}`.endsWith(`/${name}`));
  return documents
    .filter(({ path }) => path.endsWith('.md'))
    .flatMap(({ path, text }) =>
      [...text.matchAll(named)]
        .filter(([, name = '']) => !example.test(name) && !isThere(name))
        .map(({ 1: name, index }) => ({
          path,
          line: lineAt(text, index),
          what: `names a file that is not there: ${name}`,
          remedy: 'name the file that took its place',
        })),
    );
}
