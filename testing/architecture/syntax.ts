import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isAsExpression,
  isCallExpression,
  isDecorator,
  isEnumDeclaration,
  isIdentifier,
  isModuleDeclaration,
  isObjectLiteralExpression,
  isParameterDeclaration,
  isPropertyAccessExpression,
} from 'typescript/unstable/ast/is';
import { type Failure, failureAt } from './failures.ts';
import { lineAt, nodesOf, type Source, withoutStrings } from './sources.ts';

type Finding = [what: string, remedy: string];

const words: [RegExp, string][] = [
  [/\b(TODO|FIXME)\b/g, 'do it, or write down elsewhere that it is to be done'],
  [/@ts-(ignore|nocheck)\b/g, 'make the types fit'],
];

/** What Node can't run as it is, and what silences the checker. */
export function forbiddenSyntax(sources: Source[]): Failure[] {
  return findings(sources, forbidden);
}

export function unfinishedTests(sources: Source[]): Failure[] {
  return findings(sources, unfinished);
}

export function forbiddenWords(sources: Source[]): Failure[] {
  return sources.flatMap((source) => {
    const text = withoutStrings(source);
    return words.flatMap(([word, remedy]) =>
      [...text.matchAll(word)].map((match) => {
        return { path: source.path, line: lineAt(text, match.index), what: match[0], remedy };
      }),
    );
  });
}

function findings(sources: Source[], find: (node: Node) => Finding | undefined): Failure[] {
  return sources.flatMap((source) =>
    [...nodesOf(source.tree)].flatMap((node) => {
      const finding = find(node);
      return finding === undefined ? [] : [failureAt(source, node, ...finding)];
    }),
  );
}

function forbidden(node: Node): Finding | undefined {
  if (isEnumDeclaration(node)) return ['an enum', 'a union of literals'];
  if (isModuleDeclaration(node) && isIdentifier(node.name) && node.name.text !== 'global') {
    return ['a namespace', 'a file is one'];
  }
  if (isDecorator(node)) return ['a decorator', 'call the function'];
  if (isParameterDeclaration(node) && node.modifiers?.some((child) => !isDecorator(child))) {
    return ['a parameter property', 'declare the field and assign it'];
  }
  if (isAsExpression(node) && node.type.kind === SyntaxKind.AnyKeyword) {
    return ['as any', 'a type, or unknown and a check'];
  }
  return undefined;
}

function unfinished(node: Node): Finding | undefined {
  if (!isCallExpression(node)) return undefined;
  const word = unfinishedCall(node.expression) ?? unfinishedOption(node);
  return word === undefined ? undefined : [`a test that is ${word}`, 'finish it or remove it'];
}

// test.skip(…), describe.only(…), t.todo(…)
function unfinishedCall(called: Node): string | undefined {
  if (!isPropertyAccessExpression(called)) return undefined;
  const isTestFunction = /^(test|it|describe|suite|t|context)$/.test(called.expression.getText());
  return isTestFunction ? unfinishedWord(called.name.getText()) : undefined;
}

// test('…', { skip: true }, …)
function unfinishedOption(call: Node & { arguments?: readonly Node[] }): string | undefined {
  const options = call.arguments?.[1];
  if (options === undefined || !isObjectLiteralExpression(options)) return undefined;
  if (!/^(test|it|describe|suite|t\.test)\(/.test(call.getText())) return undefined;
  const keys = options.properties.map((property) => /^\w*/.exec(property.getText())![0]);
  return keys.map(unfinishedWord).find((word) => word !== undefined);
}

function unfinishedWord(name: string): string | undefined {
  return ['only', 'skip', 'todo'].find((word) => word === name);
}
