import type { Node } from 'typescript/unstable/ast';
import {
  isClassDeclaration,
  isEnumDeclaration,
  isInterfaceDeclaration,
  isTypeAliasDeclaration,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { type Failure, failureAt } from './failures.ts';
import { nodesOf, type Source } from './sources.ts';

const banned =
  /^(managers?|helpers?|utils?|utility|utilities|common|shared|misc|base|core|libs?|infos?)$/i;
const remedy = 'it says nothing: name what it is or does';

export function emptyNames(sources: Source[]): Failure[] {
  return sources.flatMap((source) => [...emptyPath(source), ...emptyTypes(source)]);
}

function emptyPath(source: Source): Failure[] {
  const word = bannedWord(source.path);
  if (word === undefined) return [];
  return [failureAt(source, source.tree, `the path says "${word}"`, remedy)];
}

function emptyTypes(source: Source): Failure[] {
  return [...nodesOf(source.tree)].flatMap((node) => {
    const name = typeName(node);
    const word = name === undefined ? undefined : bannedWord(name);
    if (word === undefined) return [];
    return [failureAt(source, node, `the name ${name} says "${word}"`, remedy)];
  });
}

/** The name of a type, or of a schema, which is a type that is kept in a constant. */
function typeName(node: Node): string | undefined {
  const isType =
    isClassDeclaration(node) ||
    isInterfaceDeclaration(node) ||
    isTypeAliasDeclaration(node) ||
    isEnumDeclaration(node) ||
    isVariableDeclaration(node);
  const name = isType ? node.name?.getText() : undefined;
  return name !== undefined && /^[A-Z]\w*[a-z]/.test(name) ? name : undefined;
}

function bannedWord(name: string): string | undefined {
  const words = name.replace(/([a-z\d])([A-Z])|([A-Z])([A-Z][a-z])/g, '$1$3 $2$4');
  return words.split(/[^A-Za-z\d]+/).find((word) => banned.test(word));
}
