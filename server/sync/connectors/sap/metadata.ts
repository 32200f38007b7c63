import { ConnectorError } from '../failure.ts';
import type { Relation } from '../relations.ts';
import { listOf, type Node, readXml, textOf } from '../xml.ts';
import type { Version } from './config.ts';
import { fieldOf, isCursor, isRead, type SapField } from './fields.ts';

/** Records of one type, as a service offers them. */
export type SapObject = {
  readonly name: string;
  readonly fields: readonly SapField[];
  readonly key: readonly string[];
  readonly cursorFields: readonly string[];
  readonly relations: Relation[];
  readonly can: { readonly create: boolean; readonly update: boolean; readonly delete: boolean };
};

export type Service = { readonly version: Version; readonly objects: readonly SapObject[] };

type Link = {
  readonly fields: readonly string[];
  readonly type: string;
  readonly references: readonly string[];
};

const basesMax = 20;
const lists = new Set(
  `DataServices Schema EntityType ComplexType EnumType Association EntityContainer EntitySet Key
  PropertyRef Property NavigationProperty ReferentialConstraint Principal Dependent End Annotations
  Annotation Record PropertyValue Collection PropertyPath`.split(/\s+/),
);

/** @throws ConnectorError for what is no description of an OData service */
export function readMetadata(xml: string, place: string): Service {
  const root = readXml(xml, place, { root: 'Edmx', lists });
  const schemas = listOf(root, 'DataServices').flatMap((one) => listOf(one, 'Schema'));
  if (!root || schemas.length === 0) {
    throw new ConnectorError('configuration', `${place} does not describe an OData service.`);
  }
  const version: Version = textOf(root, 'Version').startsWith('4') ? 'v4' : 'v2';
  const reader = new Reader(schemas, version);
  return { version, objects: reader.objects() };
}

class Reader {
  readonly #schemas: readonly Node[];
  readonly #version: Version;
  readonly #types: ReadonlyMap<string, Node>;
  readonly #enums: ReadonlySet<string>;
  readonly #notes: ReadonlyMap<string, readonly Node[]>;

  constructor(schemas: readonly Node[], version: Version) {
    this.#schemas = schemas;
    this.#version = version;
    this.#types = new Map(this.#named('EntityType'));
    this.#enums = new Set(this.#named('EnumType').map(([name]) => name));
    const notes = schemas.flatMap((schema) =>
      listOf(schema, 'Annotations').map((one): [string, readonly Node[]] => [
        textOf(one, 'Target').replace(/^.*?([^./]+(\/[^/]+)?)$/, '$1'),
        listOf(one, 'Annotation'),
      ]),
    );
    this.#notes = new Map(
      [...Map.groupBy(notes, ([target]) => target)].map(([target, all]) => [
        target,
        all.flatMap(([, one]) => one),
      ]),
    );
  }

  objects(): SapObject[] {
    return this.#schemas
      .flatMap((schema) => listOf(schema, 'EntityContainer'))
      .flatMap((container) =>
        listOf(container, 'EntitySet').map((set) => this.#objectOf(container, set)),
      );
  }

  #objectOf(container: Node, set: Node): SapObject {
    const name = textOf(set, 'Name');
    const chain = this.#chainOf(textOf(set, 'EntityType'));
    const key = chain
      .flatMap((type) => listOf(type, 'Key'))
      .flatMap((one) => listOf(one, 'PropertyRef'))
      .map((one) => textOf(one, 'Name'));
    const links = this.#linksOf(chain);
    const closed = this.#closedIn(`${textOf(container, 'Name')}/${name}`);
    const fields = chain
      .flatMap((type) => listOf(type, 'Property').map((property) => ({ type, property })))
      .filter(({ property }) => isRead(property))
      .map(({ type, property }) => {
        const own = textOf(property, 'Name');
        const notes = this.#notes.get(`${textOf(type, 'Name')}/${own}`) ?? [];
        return fieldOf(property, {
          version: this.#version,
          label: [...notes, ...listOf(property, 'Annotation')].map(labelIn).find(Boolean),
          isKey: key.includes(own),
          isEnum: this.#enums.has(textOf(property, 'Type')),
          isComputed: [...notes, ...listOf(property, 'Annotation')].some(isComputed),
          isFilterable: !closed.filter.has(own) && !closed.acts.has('Filterable'),
          isSortable: !closed.sort.has(own) && !closed.acts.has('Sortable'),
          refersTo: targetOf(links, own),
        });
      })
      // What a record is known by comes first.
      .sort((a, b) => Number(key.includes(b.name)) - Number(key.includes(a.name)));
    const isAble = (attribute: string, term: string) =>
      textOf(set, attribute) !== 'false' && !closed.acts.has(term);
    return {
      ...{ name, fields, key },
      cursorFields: fields.filter(isCursor).map((one) => one.name),
      relations: this.#relationsOf(container, links),
      can: {
        create: isAble('creatable', 'Insertable'),
        update: isAble('updatable', 'Updatable'),
        delete: isAble('deletable', 'Deletable'),
      },
    };
  }

  /** The type and those that it builds on, the first one first. */
  #chainOf(name: string): Node[] {
    const chain: Node[] = [];
    let type = this.#types.get(name);
    while (type && chain.length < basesMax) {
      chain.unshift(type);
      type = this.#types.get(textOf(type, 'BaseType'));
    }
    return chain;
  }

  /** To which records of which type those of a type lead, by what the service holds them to. */
  #linksOf(chain: readonly Node[]): Link[] {
    const links: Link[] = [];
    const own = new Set(chain.map((type) => textOf(type, 'Name')));
    for (const navigation of chain.flatMap((type) => listOf(type, 'NavigationProperty'))) {
      const [type = ''] = textOf(navigation, 'Type').match(/[^.()]+(?=\)?$)/) ?? [];
      const parts = listOf(navigation, 'ReferentialConstraint');
      if (parts.length === 0) continue;
      const fields = parts.map((one) => textOf(one, 'Property'));
      links.push({
        fields,
        type,
        references: parts.map((one) => textOf(one, 'ReferencedProperty')),
      });
    }
    for (const association of this.#schemas.flatMap((one) => listOf(one, 'Association'))) {
      const typeOf = (role: string) => {
        const end = listOf(association, 'End').find((one) => textOf(one, 'Role') === role);
        return end ? textOf(end, 'Type').replace(/^.*\./, '') : '';
      };
      for (const one of listOf(association, 'ReferentialConstraint')) {
        const [principal = {}, dependent] = [
          listOf(one, 'Principal')[0],
          listOf(one, 'Dependent')[0],
        ];
        if (!dependent || !own.has(typeOf(textOf(dependent, 'Role')))) continue;
        const namesIn = (end: Node) => listOf(end, 'PropertyRef').map((ref) => textOf(ref, 'Name'));
        const type = typeOf(textOf(principal, 'Role'));
        links.push({ fields: namesIn(dependent), type, references: namesIn(principal) });
      }
    }
    return links;
  }

  /** The same as relations to the sets of these types. */
  #relationsOf(container: Node, links: readonly Link[]): Relation[] {
    return links.flatMap(({ type, ...ends }) =>
      listOf(container, 'EntitySet')
        .filter((set) => textOf(set, 'EntityType').replace(/^.*\./, '') === type)
        .map((set) => ({ ...ends, object: textOf(set, 'Name') })),
    );
  }

  /** What the annotations of a set say cannot be done with it. */
  #closedIn(target: string) {
    const closed = { filter: new Set<string>(), sort: new Set<string>(), acts: new Set<string>() };
    for (const value of (this.#notes.get(target) ?? [])
      .flatMap((one) => listOf(one, 'Record'))
      .flatMap((one) => listOf(one, 'PropertyValue'))) {
      const property = textOf(value, 'Property');
      if (textOf(value, 'Bool') === 'false') closed.acts.add(property);
      const paths = listOf(value, 'Collection').flatMap((one) => pathsIn(one));
      if (property === 'NonFilterableProperties') for (const one of paths) closed.filter.add(one);
      if (property === 'NonSortableProperties') for (const one of paths) closed.sort.add(one);
    }
    return closed;
  }

  /** By the namespace, and by what the service calls it for short. */
  #named(element: string): [string, Node][] {
    return this.#schemas.flatMap((schema) =>
      listOf(schema, element).flatMap((one): [string, Node][] =>
        [textOf(schema, 'Namespace'), textOf(schema, 'Alias')]
          .filter(Boolean)
          .map((space) => [`${space}.${textOf(one, 'Name')}`, one]),
      ),
    );
  }
}

/** Where the value of a field leads; where it leads to several, the last one that is told. */
function targetOf(links: readonly Link[], field: string): string | undefined {
  const link = links.findLast(({ fields }) => fields.includes(field));
  return link && `${link.type}.${link.references[link.fields.indexOf(field)] ?? ''}`;
}

function labelIn(annotation: Node): string {
  const isTerm = /(^|\.)Common\.(v1\.)?Label$/i.test(textOf(annotation, 'Term'));
  return isTerm ? textOf(annotation, 'String') : '';
}

function isComputed(annotation: Node): boolean {
  const isTerm = /(^|\.)Core\.(V1\.)?Computed$/.test(textOf(annotation, 'Term'));
  return isTerm && textOf(annotation, 'Bool') !== 'false';
}

function pathsIn(collection: Node): string[] {
  const { PropertyPath: paths = [] } = collection;
  return (paths as readonly unknown[]).filter((one) => typeof one === 'string');
}
