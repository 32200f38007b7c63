/** Fields that say to which record of another object a record belongs. */
export type Relation = {
  readonly fields: readonly string[];
  readonly object: string;
  /** The fields there, in the same order. */
  readonly references: readonly string[];
};

/** What a catalogue says, a row for each field: which relation it is of, the field, the object and the field there. */
export function relationsIn(
  rows: readonly (readonly [relation: string, field: string, object: string, reference: string])[],
): Relation[] {
  return [...Map.groupBy(rows, ([relation]) => relation).values()].map((parts) => ({
    fields: parts.map(([, field]) => field),
    object: parts[0]?.[2] ?? '',
    references: parts.map(([, , , reference]) => reference),
  }));
}
