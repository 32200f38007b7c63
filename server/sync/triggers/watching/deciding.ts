import { areAlike, type Compared } from './hashes.ts';

/**
 * How a record comes into sight: it is `there`, it is `new` or `changed` as the source tells, or `gone`.
 */
export type Kind = 'there' | 'new' | 'changed' | 'gone';

/**
 * Of what it comes into sight with: what was there when the trigger began, of everything that is read
 * once more, or of what has happened since.
 */
export type Manner = 'beginning' | 'anew' | 'since';

/** What was seen of a record. */
export type Seen = {
  /** Of what is compared; null: nothing is. */
  readonly fields: Buffer | null;
  /** It was there at the beginning, and not told since. */
  readonly isBaseline: boolean;
};

export type Happened = 'created' | 'updated' | 'deleted';

type Decided = { readonly happened: Happened | undefined; readonly seen: Seen | undefined };

/** What has happened to a record that was seen as `before`, and as what it is seen now. */
export function decide(
  { kind, fields }: { kind: Kind; fields: Buffer | null },
  before: Seen | undefined,
  { manner, compared }: { manner: Manner; compared: Compared | undefined },
): Decided {
  if (kind === 'gone') return { happened: before && 'deleted', seen: undefined };
  const seen = { fields, isBaseline: manner === 'beginning' };
  if (manner === 'beginning') return { happened: undefined, seen };
  if (!before) {
    // What one field was before nobody knows.
    const isUpdate = kind === 'changed' && compared?.kind === 'all';
    return { happened: isUpdate ? 'updated' : 'created', seen };
  }
  if (kind === 'new') {
    // Read with what was there, since that took until it was there; or else told once more.
    return before.isBaseline
      ? { happened: 'created', seen }
      : { happened: undefined, seen: before };
  }
  if (fields === null || before.fields === null) return { happened: undefined, seen };
  const isChanged = areAlike(before.fields, fields)
    ? !before.fields.equals(fields)
    : // With other fields than before: whoever reads all of them anew has seen no change.
      compared?.kind === 'all' && manner === 'since';
  return { happened: isChanged ? 'updated' : undefined, seen };
}
