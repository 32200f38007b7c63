import type { FieldKind, SimulatedField, SimulatedObject } from './objects.ts';

const soapTypes: Readonly<Record<FieldKind, string>> = {
  id: 'tns:ID',
  reference: 'tns:ID',
  string: 'xsd:string',
  textarea: 'xsd:string',
  picklist: 'xsd:string',
  email: 'xsd:string',
  phone: 'xsd:string',
  boolean: 'xsd:boolean',
  int: 'xsd:int',
  double: 'xsd:double',
  currency: 'xsd:double',
  date: 'xsd:date',
  datetime: 'xsd:dateTime',
  time: 'xsd:time',
  address: 'urn:address',
  location: 'urn:location',
};

/** As `sobjects` lists an object. */
export function summaryOf({ name, prefix, isReadOnly }: SimulatedObject, version: string) {
  const url = `/services/data/${version}/sobjects/${name}`;
  const isWritable = !isReadOnly;
  return {
    name,
    label: name,
    labelPlural: `${name}s`,
    keyPrefix: prefix,
    custom: name.endsWith('__c'),
    queryable: true,
    retrieveable: true,
    searchable: true,
    createable: isWritable,
    updateable: isWritable,
    deletable: isWritable,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
  };
}

export function describeOf(object: SimulatedObject, version: string) {
  return {
    ...summaryOf(object, version),
    fields: object.fields.map((one) => describeField(one, object)),
    childRelationships: [],
    recordTypeInfos: [],
  };
}

function describeField(one: SimulatedField, object: SimulatedObject) {
  const { name, kind, label = name, length = 0, scale = 0, referenceTo = [] } = one;
  const isWritable = !one.isOwn && !object.isReadOnly;
  const isId = kind === 'id' || kind === 'reference';
  const isNumber = kind === 'double' || kind === 'currency';
  return {
    name,
    label,
    type: kind,
    soapType: soapTypes[kind],
    length: isId ? 18 : length,
    precision: isNumber ? 18 : 0,
    scale,
    digits: kind === 'int' ? 8 : 0,
    nillable: !one.isRequired && kind !== 'id' && kind !== 'boolean' && !one.isOwn,
    createable: isWritable,
    updateable: isWritable,
    filterable: one.isFilterable !== false,
    sortable: one.isFilterable !== false,
    groupable: false,
    externalId: one.isExternalId === true,
    idLookup: kind === 'id' || one.isExternalId === true,
    unique: one.isUnique === true,
    caseSensitive: false,
    calculated: false,
    autoNumber: false,
    custom: name.endsWith('__c') || name.endsWith('__s'),
    referenceTo,
    relationshipName: referenceTo.length > 0 ? name.replace(/Id$/, '') : null,
    polymorphicForeignKey: referenceTo.length > 1,
    compoundFieldName: one.compound ?? null,
    picklistValues: [],
    defaultedOnCreate: kind === 'boolean' || name === 'OwnerId',
  };
}
