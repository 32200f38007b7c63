import { posix } from 'node:path';
import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isExportDeclaration,
  isImportDeclaration,
  isImportTypeNode,
  isLiteralTypeNode,
  isStringLiteral,
} from 'typescript/unstable/ast/is';
import { type Failure, failureAt, isTest } from './failures.ts';
import { nodesOf, type Source } from './sources.ts';

interface Import {
  node: Node;
  target: string;
}

/** Every other folder of `server/` is a product. */
const product = /^server\/(?!runtime\/|platform\/|operator\/|testing\/)[^/]+(?=\/)/;
const below = ['server/runtime', 'server/platform', 'contract'];

/** What the command may open: the server, and the build of the website. */
const doors = ['server/main.ts', 'web/build/ensure.ts'];
/** And the systems of vendors that tests meet, for whoever wants to try a connection. */
const simulators = 'server/testing/simulators/list.ts';
/** And what a product can do for the operator. */
const sideDoor = /^server\/[^/]+\/operator\/index\.ts$/;

/** Which folders and files each folder may import; what stands nowhere here has no place. */
const reach: Record<string, string[]> = {
  contract: ['contract'],
  'server/runtime': ['server/runtime', 'contract'],
  'server/platform': below,
  'server/products.ts': below,
  'server/operator': ['server/operator', 'server/products.ts', ...below],
  'server/main.ts': ['server/main.ts', 'server/operator', 'server/products.ts', ...below],
  web: ['web', 'contract'],
  cli: ['cli', 'contract', ...doors],
  sdk: ['sdk', 'contract'],
};

/** Type-only imports count as well: a type is knowledge. */
export function foreignImports(sources: Source[]): Failure[] {
  return sources.filter(({ path }) => !isTest(path)).flatMap(foreignImportsOf);
}

function foreignImportsOf(source: Source): Failure[] {
  const area = areaOf(source.path);
  if (area === undefined) {
    const remedy = 'move it into a folder of the layout, or give its folder a line in `reach`';
    return [failureAt(source, source.tree, 'belongs to no known folder', remedy)];
  }
  const allowed = reach[area] ?? [area, ...below];
  const isDoor = (target: string) =>
    area === 'cli' && (target === simulators || sideDoor.test(target));
  return importsOf(source)
    .filter(({ target }) => isTest(target) || !allowed.some((place) => isIn(target, place)))
    .filter(({ target }) => !isDoor(target))
    .map(({ node, target }) => {
      const remedy = `${area} may import only ${allowed.join(', ')}, and no tests`;
      return failureAt(source, node, `imports ${target}`, remedy);
    });
}

function areaOf(path: string): string | undefined {
  return Object.keys(reach).find((area) => isIn(path, area)) ?? product.exec(path)?.[0];
}

function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

export function importsOf(source: Source): Import[] {
  return [...nodesOf(source.tree)].flatMap((node) => {
    const specifier = specifierOf(node);
    if (specifier === undefined || !/^\..*\.[jt]sx?$/.test(specifier)) return [];
    return [{ node, target: posix.join(posix.dirname(source.path), specifier) }];
  });
}

function specifierOf(node: Node): string | undefined {
  const specifier = specifierNodeOf(node);
  return specifier !== undefined && isStringLiteral(specifier) ? specifier.text : undefined;
}

function specifierNodeOf(node: Node): Node | undefined {
  if (isImportDeclaration(node) || isExportDeclaration(node)) return node.moduleSpecifier;
  if (isImportTypeNode(node)) {
    return isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  }
  const isImport = isCallExpression(node) && node.expression.kind === SyntaxKind.ImportKeyword;
  return isImport ? node.arguments[0] : undefined;
}
