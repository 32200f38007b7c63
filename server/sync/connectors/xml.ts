import { XMLParser } from 'fast-xml-parser';
import { ConnectorError } from './failure.ts';

/** An element: its attributes are texts, the elements within it lists. */
export type Node = { readonly [name: string]: string | readonly Node[] | undefined };

/** The root of a description, in which `lists` are read. @throws ConnectorError for what is no XML */
export function readXml(
  xml: string,
  place: string,
  { root, lists }: { root: string; lists: ReadonlySet<string> },
): Node | undefined {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && lists.has(name),
  });
  try {
    // One that defines entities of its own is not needed, and may be made to exhaust its reader.
    if (/<!doctype/i.test(xml)) throw new Error('It has a document type.');
    return (parser.parse(xml) as Record<string, Node | undefined>)[root];
  } catch (cause) {
    throw new ConnectorError('configuration', `${place} did not answer XML.`, { cause });
  }
}

export function textOf(node: Node, name: string): string {
  const value = node[name];
  return typeof value === 'string' ? value : '';
}

export function listOf(node: Node | undefined, name: string): readonly Node[] {
  const value = node?.[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'object') : [];
}
