import type { Outcome } from './batches.ts';
import type { ObjectType, Refusal, Stored } from './objects.ts';
import type { Property } from './properties.ts';

export function showRecord(type: ObjectType, record: Stored, names: readonly string[] = []) {
  const { id, createdAt, updatedAt, archivedAt } = record;
  const shown = new Set(['hs_object_id', 'createdate', type.modifiedBy, ...names]);
  const known = [...shown].filter((name) => type.properties.some((one) => one.name === name));
  return {
    id: String(id),
    properties: Object.fromEntries(known.map((name) => [name, type.valueOf(record, name)])),
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
    archived: archivedAt !== undefined,
    ...(archivedAt === undefined ? {} : { archivedAt: new Date(archivedAt).toISOString() }),
  };
}

/** Results in another order than their inputs had. */
export function showOutcome(
  type: ObjectType,
  { done, failed }: Outcome,
  names?: readonly string[],
) {
  const results = done.toReversed().map(({ record, input, isNew }) => ({
    ...showRecord(type, record, names ?? Object.keys(input.properties ?? {})),
    ...(input.idProperty === undefined ? {} : { new: isNew }),
    ...(input.objectWriteTraceId ? { objectWriteTraceId: input.objectWriteTraceId } : {}),
  }));
  const at = new Date().toISOString();
  const errors = failed.map(({ input, refusal }) => {
    const trace = input.objectWriteTraceId;
    return showError(refusal, trace === undefined ? {} : { objectWriteTraceId: [trace] });
  });
  return {
    status: 'COMPLETE',
    results,
    startedAt: at,
    completedAt: at,
    ...(errors.length > 0 ? { numErrors: errors.length, errors } : {}),
  };
}

export function showError({ category, message, context }: Refusal, more = {}) {
  return { status: 'error', category, message, context: { ...context, ...more } };
}

export function showProperty({ name, label, type, options = [], isUnique, isReadOnly }: Property) {
  return {
    name,
    label,
    type,
    fieldType: fieldTypes[type],
    description: '',
    groupName: 'information',
    options: options.map((value, displayOrder) => {
      return { label: value, value, displayOrder, hidden: false };
    }),
    calculated: false,
    hasUniqueValue: isUnique ?? false,
    hidden: false,
    modificationMetadata: {
      archivable: false,
      readOnlyDefinition: true,
      readOnlyValue: isReadOnly ?? false,
    },
  };
}

export function showSchema(type: ObjectType) {
  return {
    id: type.typeId,
    objectTypeId: type.typeId,
    fullyQualifiedName: `p1_${type.name}`,
    name: type.name,
    labels: { singular: type.name.slice(0, -1), plural: type.name },
    requiredProperties: [],
    searchableProperties: [],
    primaryDisplayProperty: type.properties.find((one) => one.isUnique)?.name,
    properties: type.properties.map(showProperty),
    associations: [],
    archived: false,
  };
}

const fieldTypes: Readonly<Record<Property['type'], string>> = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'date',
  bool: 'booleancheckbox',
  enumeration: 'select',
};
