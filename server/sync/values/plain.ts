import { arrayText, lengthsOf, type Nested, parseArray } from './arrays.ts';
import { readExactly } from './exact-json.ts';
import { fromJson } from './json.ts';
import { problem, type Reading } from './reading.ts';
import type { FieldType } from './types.ts';

type Documents = 'json' | 'jsonb';

/**
 * The cell of a value that somebody wrote as a text, as a table of texts has it: documents as JSON,
 * lists as JSON or as PostgreSQL writes them. Nothing is rounded, cut or left out.
 */
export function fromPlain(type: FieldType, text: string): Reading {
  switch (type.kind) {
    case 'json':
    case 'jsonb':
      return readDocument(type.kind, text);
    case 'array':
      return readList(type, text);
    default:
      return fromJson(type, text);
  }
}

function readDocument(kind: Documents, text: string): Reading {
  const json = readExactly(text);
  if (json === undefined) return problem('is not JSON');
  // Nothing is another thing than a document that says null.
  if (json === null) return { text: 'null' };
  const read = fromJson({ kind }, json);
  return 'problem' in read || kind === 'jsonb' ? read : { text };
}

function readList(type: FieldType & { kind: 'array' }, text: string): Reading {
  const json = text.startsWith('[') ? readExactly(text) : undefined;
  if (json !== undefined) return fromJson(type, json);
  const elements = elementsOf(text);
  if (elements === undefined || lengthsOf(elements) === undefined) return problem('is no array');
  const read = readElements(type.of, elements);
  if ('problem' in read) return read;
  const same = arrayText(elements) === arrayText(read.elements);
  // It may say where it begins to count.
  if (same) return { text };
  return text.startsWith('{') ? { text: arrayText(read.elements) } : problem('is no array');
}

function elementsOf(text: string): Nested[] | undefined {
  if (!/^(\[[\d:[\]-]+\]=)?\{.*\}$/s.test(text)) return undefined;
  try {
    return parseArray(text);
  } catch {
    return undefined;
  }
}

function readElements(
  of: FieldType,
  given: readonly Nested[],
): { elements: Nested[] } | { problem: string } {
  const elements: Nested[] = [];
  for (const [index, one] of given.entries()) {
    if (Array.isArray(one)) {
      const inner = readElements(of, one);
      if ('problem' in inner) return inner;
      elements.push(inner.elements);
      continue;
    }
    const read = one === null ? { text: null } : fromPlain(of, one);
    if ('problem' in read) return { problem: `element ${index + 1} ${read.problem}` };
    elements.push(read.text);
  }
  return { elements };
}
