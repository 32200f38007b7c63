import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Node, type SourceFile, SyntaxKind } from 'typescript/unstable/ast';
import { createVirtualFileSystem } from 'typescript/unstable/fs';
import { API } from 'typescript/unstable/sync';

export interface Document {
  path: string;
  text: string;
}

export interface Source extends Document {
  tree: SourceFile;
}

const root = join(import.meta.dirname, '../..');
const sourcePath = /^(contract|server|cli|sdk|web|bench|testing)\/.*\.tsx?$/;
const documentPath = /\.(tsx?|md|json|sql|sh|ya?ml|html|css)$|^(bin|\.ci)\//;
const compilerOptions = { noLib: true, noResolve: true, types: [], jsx: 'preserve' };

/** The written files of the project: what git knows, or would if it were added. */
export function readDocuments(): Document[] {
  return writtenPaths()
    .filter((path) => documentPath.test(path) && path !== 'package-lock.json')
    .filter((path) => existsSync(join(root, path)))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

function writtenPaths(): string[] {
  if (!existsSync(join(root, '.git'))) {
    return globSync('{*,[!.n]*/**/*,.ci/*}', {
      cwd: root,
      exclude: ['**/node_modules', '**/dist'],
    });
  }
  const options = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  return execFileSync('git', options, { cwd: root, encoding: 'utf8' }).split('\0');
}

/** Parses the TypeScript among the documents, in one start of the compiler. */
export function parse(documents: Document[]): Source[] {
  const sources = documents.filter(({ path }) => sourcePath.test(path));
  const names = sources.map(({ path }, index) => `/${index}/${path}`);
  const files = Object.fromEntries(sources.map(({ text }, index) => [names[index], text]));
  const config = JSON.stringify({ compilerOptions, files: names });
  const fs = createVirtualFileSystem({ ...files, '/tsconfig.json': config });
  const api = new API({ fs });
  try {
    const snapshot = api.updateSnapshot({ openProjects: ['/tsconfig.json'] });
    const program = snapshot.getProject('/tsconfig.json')!.program;
    return sources.map((source, index) => ({
      ...source,
      tree: program.getSourceFile(names[index]!)!,
    }));
  } finally {
    api.close();
  }
}

export function* nodesOf(node: Node): Generator<Node> {
  yield node;
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  for (const child of children) yield* nodesOf(child);
}

export function lineOf(source: Source, node: Node): number {
  return lineAt(source.text, node.getStart(source.tree));
}

export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}

/** The text without what stands in quotes, at the same positions: code and comments. */
export function withoutStrings(source: Source): string {
  let text = source.text;
  for (const node of nodesOf(source.tree)) {
    if (!quoted.has(node.kind)) continue;
    const start = node.getStart(source.tree);
    const blank = text.slice(start, node.end).replace(/[^\n]/g, ' ');
    text = text.slice(0, start) + blank + text.slice(node.end);
  }
  return text;
}

const quoted: ReadonlySet<SyntaxKind> = new Set([
  SyntaxKind.StringLiteral,
  SyntaxKind.NoSubstitutionTemplateLiteral,
  SyntaxKind.TemplateHead,
  SyntaxKind.TemplateMiddle,
  SyntaxKind.TemplateTail,
  SyntaxKind.RegularExpressionLiteral,
  SyntaxKind.JsxText,
]);
