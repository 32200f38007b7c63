import type { Node } from 'typescript/unstable/ast';
import {
  isElementAccessExpression,
  isImportDeclaration,
  isMetaProperty,
  isPropertyAccessExpression,
  isStringLiteral,
  isVariableDeclaration,
} from 'typescript/unstable/ast/is';
import { type Failure, failureAt, isTest } from './failures.ts';
import { nodesOf, type Source } from './sources.ts';

const config = 'server/runtime/config.ts';
/** Programs of others, with an environment of their own. */
const examples = /^sdk\/examples\//;

export function environmentOutsideConfig(sources: Source[]): Failure[] {
  return sources
    .filter(({ path }) => path !== config && !isTest(path) && !examples.test(path))
    .flatMap(environmentIn);
}

function environmentIn(source: Source): Failure[] {
  const isServer = source.path.startsWith('server/');
  return [...nodesOf(source.tree)].flatMap((node) => {
    if (readsProcess(node)) {
      const remedy = `give it a name in ${config} and take the value as an argument`;
      return [failureAt(source, node, 'reads the environment', remedy)];
    }
    if (!isServer || !readsMeta(node)) return [];
    return [failureAt(source, node, 'import.meta.env', `only the website has it: use ${config}`)];
  });
}

function readsProcess(node: Node): boolean {
  if (isPropertyAccessExpression(node)) return isEnv(node.name) && isProcess(node.expression);
  if (isElementAccessExpression(node)) {
    const key = node.argumentExpression;
    return isStringLiteral(key) && key.text === 'env' && isProcess(node.expression);
  }
  if (isImportDeclaration(node)) {
    return /process['"]$/.test(node.moduleSpecifier.getText()) && namesEnv(node.importClause);
  }
  return isVariableDeclaration(node) && isProcess(node.initializer) && namesEnv(node.name);
}

function readsMeta(node: Node): boolean {
  if (!isPropertyAccessExpression(node)) return false;
  return isMetaProperty(node.expression) && isEnv(node.name);
}

function isEnv(name: Node): boolean {
  return name.getText() === 'env';
}

function isProcess(expression: Node | undefined): boolean {
  return expression !== undefined && /(^|\.)process$/.test(expression.getText());
}

function namesEnv(names: Node | undefined): boolean {
  return names !== undefined && /\benv\b/.test(names.getText());
}
