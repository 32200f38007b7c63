import { type Node, SyntaxKind } from 'typescript/unstable/ast';
import { isCallExpression } from 'typescript/unstable/ast/is';
import { type Failure, failureAt } from './failures.ts';
import { lineAt, lineOf, nodesOf, type Source } from './sources.ts';

const fileLinesMax = 300;
const functionLinesMax = 50;
const functions: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.FunctionDeclaration,
  SyntaxKind.FunctionExpression,
  SyntaxKind.ArrowFunction,
  SyntaxKind.MethodDeclaration,
  SyntaxKind.Constructor,
  SyntaxKind.GetAccessor,
  SyntaxKind.SetAccessor,
]);

export function longFiles(sources: Source[]): Failure[] {
  return sources.flatMap((source) => {
    const lines = source.text.trimEnd().split('\n').length;
    if (lines <= fileLinesMax) return [];
    const remedy = `at most ${fileLinesMax}: it hides a noun, find it`;
    return [failureAt(source, source.tree, `${lines} lines`, remedy)];
  });
}

export function longFunctions(sources: Source[]): Failure[] {
  return sources.flatMap((source) =>
    [...nodesOf(source.tree)].flatMap((node) => {
      if (!functions.has(node.kind) || isSuite(node.parent)) return [];
      const lines = lineAt(source.text, node.end) - lineOf(source, node) + 1;
      if (lines <= functionLinesMax) return [];
      const remedy = `at most ${functionLinesMax}: name its parts`;
      return [failureAt(source, node, `a function of ${lines} lines`, remedy)];
    }),
  );
}

// The function of a describe is a chapter of the file; the tests in it are measured.
function isSuite(node: Node): boolean {
  return isCallExpression(node) && /^(describe|suite)\b/.test(node.expression.getText());
}
