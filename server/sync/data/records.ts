import { invalid } from '../../runtime/errors.ts';
import { answeredUntil } from '../connectors/answered.ts';
import type {
  ApplyRequest,
  ApplyResult,
  Description,
  Field,
  Session,
} from '../connectors/connector.ts';
import { recordOf } from '../connectors/records.ts';
import { matchName } from '../conventions/names.ts';
import { check } from '../filters/check.ts';
import type { Filter } from '../filters/filter.ts';
import { fromJson } from '../values/json.ts';
import type { Cell, Json } from '../values/types.ts';

type Given = Record<string, unknown>;

const limitDefault = 100;

export type Asked = {
  readonly object: string;
  readonly fields?: readonly string[] | null | undefined;
  readonly filter?: Filter | undefined;
  readonly order_by?: string | readonly string[] | null | undefined;
  readonly cursor?: string | null | undefined;
  readonly limit?: number | null | undefined;
};

/** A page of records as JSON, and whom or what it is `about`. @throws AppError 400, ConnectorError */
export async function queryRecords(session: Session, asked: Asked) {
  const { filter } = asked;
  const described = await session.describe(asked.object);
  const {
    fields,
    rows,
    nextCursor,
    about = [],
  } = await session.query({
    object: described.name,
    ...(asked.fields ? { fields: namesOf(described, asked.fields, 'fields') } : {}),
    ...(filter ? { filter: check(filter, described.fields) } : {}),
    ...(asked.order_by ? { orderBy: orderOf(described, [asked.order_by].flat()) } : {}),
    ...(asked.cursor ? { cursor: asked.cursor } : {}),
    limit: asked.limit ?? limitDefault,
  });
  const records = rows.map((row) => recordOf(fields, row));
  return { page: { records, next_cursor: nextCursor ?? null }, about };
}

export type Writing = Pick<ApplyRequest, 'operation' | 'idempotencyKey' | 'depth'> & {
  /** The object's own, where it is not given. */
  readonly key?: readonly string[] | undefined;
};

/** Writes records; each has its own outcome. @throws AppError 400, ConnectorError */
export async function writeRecords(
  session: Session,
  described: Description,
  { key: given, ...writing }: Writing,
  records: readonly Given[],
): Promise<ApplyResult[]> {
  const key = given ? namesOf(described, given, 'key') : described.key;
  if (writing.operation !== 'insert' && key.length === 0) {
    throw invalid('key', 'is required: the object has no key of its own.', 'required');
  }
  return applyAll(session, described, { object: described.name, key, ...writing }, records);
}

/** What is asked for as a whole is looked at before anything is written. @throws AppError 400 */
async function applyAll(
  session: Session,
  described: Description,
  asked: Omit<ApplyRequest, 'fields' | 'rows'>,
  records: readonly Given[],
): Promise<ApplyResult[]> {
  const groups = alike(records).map(({ names, places }) => {
    const fields = namesOf(described, names, 'records').map((name) => fieldOf(described, name));
    return { names, places, fields };
  });
  const outcomes = records.map((): ApplyResult | undefined => undefined);
  for (const [nth, { names, places, fields }] of groups.entries()) {
    const given = places.map((place) => records[place] as Given);
    const { idempotencyKey: key, ...rest } = asked;
    const own = key === undefined ? {} : { idempotencyKey: nth === 0 ? key : `${key} ${nth}` };
    try {
      const answers = await applyRecords(session, { ...rest, ...own, fields }, names, given);
      for (const [at, place] of places.entries()) outcomes[place] = answers[at];
    } catch (error) {
      return answeredUntil(outcomes, error);
    }
  }
  return outcomes.map((one) => one ?? {});
}

/**
 * Records in their order, parted where another one names other fields: what a record does not name is
 * not written.
 */
function alike(records: readonly Given[]): { names: string[]; places: number[] }[] {
  const groups: { names: string[]; places: number[] }[] = [];
  for (const [place, record] of records.entries()) {
    const names = Object.keys(record).sort();
    const last = groups.at(-1);
    if (last && JSON.stringify(last.names) === JSON.stringify(names)) last.places.push(place);
    else groups.push({ names, places: [place] });
  }
  return groups;
}

async function applyRecords(
  session: Session,
  asked: Omit<ApplyRequest, 'rows'>,
  names: readonly string[],
  records: readonly Given[],
): Promise<ApplyResult[]> {
  const read = records.map((record) => rowOf(asked.fields, names, record));
  const rows = read.flatMap((one) => ('row' in one ? [one.row] : []));
  const answers = (rows.length > 0 ? await session.apply({ ...asked, rows }) : []).values();
  return read.map((one) => {
    return 'row' in one ? (answers.next().value ?? {}) : { error: one.problem };
  });
}

function rowOf(
  fields: readonly Field[],
  names: readonly string[],
  record: Record<string, unknown>,
): { row: Cell[] } | { problem: string } {
  const row: Cell[] = [];
  for (const [at, { name, type }] of fields.entries()) {
    const value = record[names[at] as string];
    const read = fromJson(type, (value ?? null) as Json);
    if ('problem' in read) return { problem: `${name} ${read.problem}` };
    row.push(read.text);
  }
  return { row };
}

/** The system's own spelling of names. @throws AppError 400 */
export function namesOf(
  described: Description,
  names: readonly string[],
  member: string,
): string[] {
  const known = described.fields.map((one) => one.name);
  return names.map((name) => {
    const found = matchName(known, name);
    if (found !== undefined) return found;
    throw invalid(member, `there is no field ${name} in ${described.name}.`);
  });
}

function fieldOf({ fields }: Description, name: string): Field {
  const field = fields.find((one) => one.name === name) as Field;
  return { ...field, type: field.givenType ?? field.type };
}

function orderOf(described: Description, given: readonly string[]) {
  return given.map((text) => {
    const [, name = '', direction = 'asc'] = /^(.*?)(?:\s+(asc|desc))?$/is.exec(text.trim()) ?? [];
    const [field = ''] = namesOf(described, [name], 'order_by');
    return { field, descending: direction.toLowerCase() === 'desc' };
  });
}
