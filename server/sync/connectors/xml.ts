import { XMLParser } from 'fast-xml-parser';
import { ConnectorError } from '../failure.ts';

/** What `$metadata` says of an element: attributes are texts, elements lists. */
export type Node = { readonly [name: string]: string | readonly Node[] | undefined };

const elements = new Set(
  `DataServices Schema EntityType ComplexType EnumType Association EntityContainer EntitySet Key
  PropertyRef Property NavigationProperty ReferentialConstraint Principal Dependent End Annotations
  Annotation Record PropertyValue Collection PropertyPath`.split(/\s+/),
);

/** The root of a description. @throws ConnectorError for what is no XML */
export function readXml(xml: string, place: string): Node | undefined {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    removeNSPrefix: true,
    parseAttributeValue: false,
    parseTagValue: false,
    isArray: (name, _path, _isLeaf, isAttribute) => !isAttribute && elements.has(name),
  });
  try {
    // One that defines entities of its own is not needed, and may be made to exhaust its reader.
    if (/<!doctype/i.test(xml)) throw new Error('It has a document type.');
    const { Edmx: root }: { Edmx?: Node } = parser.parse(xml);
    return root;
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
