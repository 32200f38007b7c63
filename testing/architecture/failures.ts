import type { Node } from 'typescript/unstable/ast';
import { lineOf, type Source } from './sources.ts';

export interface Failure {
  path: string;
  line: number;
  what: string;
  remedy: string;
}

export function failureAt(source: Source, node: Node, what: string, remedy: string): Failure {
  return { path: source.path, line: lineOf(source, node), what, remedy };
}

export function print({ path, line, what, remedy }: Failure): string {
  return `${path}:${line}  ${what}  →  ${remedy}`;
}

/** Tests and what only they use: they may reach everywhere, and nothing may reach them. */
export function isTest(path: string): boolean {
  return /\.test\.tsx?$|(^|\/)testing\/|^bench\//.test(path);
}
