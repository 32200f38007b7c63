import type { Tx } from '../../../runtime/database/database.ts';
import type { Keyring } from '../../../runtime/secrets/keyring.ts';
import { causedDepth, keyText, type RecordSeen, valuesHash } from '../../causes/causes.ts';
import type { Field } from '../../connectors/connector.ts';
import { recordOf } from '../../connectors/records.ts';
import { check } from '../../filters/check.ts';
import { matches } from '../../filters/matches.ts';
import type { Cell, Row } from '../../values/types.ts';
import { readFilter } from '../filters.ts';
import { type Firing, fire } from '../firing.ts';
import { decide, type Happened, type Kind, type Manner, type Seen } from './deciding.ts';
import { type Compared, Hashes } from './hashes.ts';
import { deleteSeen, selectSeen, upsertSeen, type WatchedRow } from './store.ts';

const atOnce = 500;

/** A record as it comes into sight; of one that is gone, only its key and what was there before. */
export type Sight = {
  readonly kind: Kind;
  readonly row: Row;
  readonly previous?: Row | undefined;
  /** Whom it tells of, where the source knows. */
  readonly subject?: string | undefined;
  /** Of the transaction that changed it, where the source tells that. */
  readonly commit?: string | undefined;
  /** How deep the workflow stands that has changed it, where the source knows. */
  readonly depth?: number | undefined;
};

type Services = { organization: number; now: Date; keyring: Keyring; hashKey: Buffer };
type Of = { readonly fields: readonly Field[]; readonly key: readonly string[]; manner: Manner };

const wanted: Partial<Record<WatchedRow['type'], Happened>> = {
  record_created: 'created',
  record_updated: 'updated',
  record_deleted: 'deleted',
  field_changed: 'updated',
};

/** Looks at records in order, keeps what was seen of them, and fires for what has happened to them. */
export async function see(
  tx: Tx,
  services: Services,
  { watched, sights, ...of }: Of & { watched: WatchedRow; sights: readonly Sight[] },
): Promise<number> {
  const { organization } = services;
  const compared = comparedBy(watched);
  const hashes = new Hashes(services.hashKey, of.fields, compared);
  const places = of.key.map((name) => of.fields.findIndex((field) => field.name === name));
  const keyOf = (row: Row) => places.map((place) => row[place] as Cell);
  const keys = sights.map(({ row }) => hashes.key(keyOf(row)));
  const before = await selectSeen(tx, organization, watched.watch_id, keys);
  const after = new Map<string, Seen | undefined>();
  const fired: Sight[] = [];
  for (const [at, sight] of sights.entries()) {
    const name = (keys[at] as Buffer).toString('hex');
    const known = after.has(name) ? after.get(name) : before.get(name);
    const fields = sight.kind === 'gone' ? null : hashes.fields(sight.row);
    const { manner } = of;
    const { happened, seen } = decide({ kind: sight.kind, fields }, known, { manner, compared });
    if (!isSame(seen, known)) after.set(name, seen);
    if (happened === wanted[watched.type]) fired.push(sight);
  }
  await keep(tx, organization, watched.watch_id, after);
  return fireAll(tx, services, { watched, sights: passing(watched, of.fields, fired), keyOf, of });
}

function comparedBy({ type, field }: WatchedRow): Compared | undefined {
  if (type === 'field_changed') return { kind: 'field', name: field ?? '' };
  return type === 'record_updated' ? { kind: 'all' } : undefined;
}

async function keep(
  tx: Tx,
  organization: number,
  watch: string,
  after: ReadonlyMap<string, Seen | undefined>,
): Promise<void> {
  const [seen, gone]: [(Seen & { key: Buffer })[], Buffer[]] = [[], []];
  for (const [name, one] of after) {
    const key = Buffer.from(name, 'hex');
    if (one) seen.push({ ...one, key });
    else gone.push(key);
  }
  await upsertSeen(tx, organization, watch, seen);
  await deleteSeen(tx, organization, watch, gone);
}

/** Those that the filter of the trigger lets pass, as they are; those that are gone as they were, as far as that is told. */
function passing(
  watched: WatchedRow,
  fields: readonly Field[],
  sights: readonly Sight[],
): readonly Sight[] {
  const parsed = readFilter(watched);
  if (!parsed || sights.length === 0) return sights;
  const passes = matches(check(parsed, fields));
  return sights.filter(({ kind, row, previous = row }) => passes(kind === 'gone' ? previous : row));
}

async function fireAll(
  tx: Tx,
  services: Services,
  {
    watched,
    sights,
    keyOf,
    of: { fields, key: names },
  }: { watched: WatchedRow; sights: readonly Sight[]; keyOf(row: Row): Row; of: Of },
): Promise<number> {
  const { organization } = services;
  const { connection_id, object } = watched;
  const keyFields = fields.filter(({ name }) => names.includes(name));
  for (let from = 0; from < sights.length; from += atOnce) {
    const some = sights.slice(from, from + atOnce);
    const keys = some.map(({ row }) => nameOf(names, keyOf(row)));
    const causes = some.map(({ kind, row, commit }, at): RecordSeen => {
      const hashOf = (names: readonly string[]) => hashIn(services.hashKey, fields, row, names);
      const named = { connection_id, object, key: keys[at] ?? '', commit };
      return kind === 'gone' ? named : { ...named, hashOf };
    });
    const depths = await causedDepth(tx, organization, causes);
    const firings = some.map(({ kind, row, previous, subject, depth = 0 }, at): Firing => {
      const isGone = kind === 'gone';
      const known = isGone && !previous ? recordOf(keyFields, keyOf(row)) : undefined;
      return {
        trigger: watched,
        record: known ?? recordOf(fields, isGone && previous ? previous : row),
        ...(previous && !isGone ? { previous: recordOf(fields, previous) } : {}),
        ...(subject === undefined ? {} : { subject }),
        depth: Math.max(depth + 1, depths[at] ?? 1),
      };
    });
    await fire(tx, services, firings);
  }
  return sights.length;
}

function hashIn(
  hashKey: Buffer,
  fields: readonly Field[],
  row: Row,
  names: readonly string[],
): Buffer | undefined {
  const cells = names.map((name) => row[fields.findIndex((field) => field.name === name)]);
  return cells.includes(undefined) ? undefined : valuesHash(hashKey, cells as Row);
}

function nameOf(names: readonly string[], key: Row): string {
  return keyText(Object.fromEntries(names.map((name, at) => [name, key[at] ?? null])));
}

function isSame(one: Seen | undefined, other: Seen | undefined): boolean {
  if (!one || !other) return one === other;
  const { fields } = other;
  const isAlike = one.fields === fields || (fields !== null && one.fields?.equals(fields));
  return isAlike === true && one.isBaseline === other.isBaseline;
}
