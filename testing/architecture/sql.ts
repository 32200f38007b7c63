import type { Node } from 'typescript/unstable/ast';
import {
  isNoSubstitutionTemplateLiteral,
  isStringLiteral,
  isTemplateExpression,
} from 'typescript/unstable/ast/is';
import { type Failure, failureAt, isTest } from './failures.ts';
import { nodesOf, type Source } from './sources.ts';

const remedy = 'SQL stands in store.ts: give the query a name there';
const object = '(table|schema|role|index|database|view|function|policy|sequence)';
const adjective = '(unique|or replace|temp|temporary|unlogged|materialized)';
// Prose goes on with an article: 'Select a practice from the list'.
const name = String.raw`\s+(?!(the|a|an|your|this|that|these|those|our|its|their|any)\b)[\w"($]`;

/** How statements begin; each asks for more than its verb, which prose may begin with too. */
const statements = [
  String.raw`select\s[\s\S]*\sfrom${name}`,
  String.raw`select\s+([\w.]+\(|exists\s*\(|\*|\d+|\$\d|'[^']*')`,
  String.raw`(insert\s+into|delete\s+from|merge\s+into|truncate\s+table|lock\s+table)${name}`,
  String.raw`update\s+(only\s+)?[\w."$]+(\s+(as\s+)?\w+)?\s+set\s+[\w"($]`,
  String.raw`copy\s+\S+\s*(\([^)]*\)\s*)?(from|to)\s+std(in|out)`,
  String.raw`with\s+(recursive\s+)?\w+\s*(\([^)]*\)\s*)?as\s*(not\s+)?(materialized\s*)?\(`,
  String.raw`(create|alter|drop)\s+(${adjective}\s+)*${object}${name}`,
  String.raw`(set\s+(local|session)\s+\w|grant\s.*\son\s.*\sto\s)`,
].map((start) => new RegExp(`^${start}`, 'i'));
const table = /\b(from|into|update|table|schema|role|index|view|merge|copy|truncate)\b/i;
const command = /^(begin|commit|rollback|start transaction|listen|unlisten)\b[\w\s]*;?$/i;

export function sqlOutsideStores(sources: Source[]): Failure[] {
  return (
    sources
      .filter(({ path }) => !isTest(path) && !/(^|\/)store\.ts$/.test(path))
      // The SQL of other people's databases, which have no store here.
      .filter(({ path }) => !/^server\/sync\/(connectors|filters)\//.test(path))
      .flatMap((source) =>
        [...nodesOf(source.tree)]
          .filter((node) => isSql(node, source.path.startsWith('server/runtime/database/')))
          .map((node) => failureAt(source, node, `SQL: ${excerpt(textOf(node))}`, remedy)),
      )
  );
}

// The database folder speaks to PostgreSQL about the session; tables have a store there too.
function isSql(node: Node, isDatabase: boolean): boolean {
  const text = withoutComments(textOf(node));
  if (isDatabase && !table.test(text)) return false;
  if (statements.some((statement) => statement.test(text))) return true;
  return command.test(text) && isArgument(node);
}

/** The text of a literal; what is put into a template reads as `$`. */
function textOf(node: Node): string {
  if (isStringLiteral(node) || isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!isTemplateExpression(node)) return '';
  return [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('$1');
}

function withoutComments(text: string): string {
  return text.replace(/^(\s+|--.*\n|\/\*[\s\S]*?\*\/)+/, '').trimEnd();
}

// 'begin' alone may be any word; as what a query or exec is called with it is a statement.
function isArgument(node: Node): boolean {
  const call = node.parent?.getText() ?? '';
  return /^[\w.?!]*\b(query|execute|exec|run|send)(<[^>]*>)?\(/.test(call);
}

function excerpt(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ');
  return line.length > 50 ? `${line.slice(0, 50)}…` : line;
}
