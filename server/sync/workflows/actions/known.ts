import { keyText, type Values, valuesHash } from '../../causes/causes.ts';
import type { Description } from '../../connectors/connector.ts';
import { matchName } from '../../conventions/names.ts';
import { fromJson } from '../../values/json.ts';
import type { Json } from '../../values/types.ts';
import type { ActionServices, Step } from './action.ts';

type Given = Readonly<Record<string, Json>>;
type Asked = { connectionId: string; described: Description; key: string; record: Given };

/**
 * By what a record that is written is known when it is seen: what it holds then, in a system that is
 * asked now and then. Where the record that set the run off holds that already, nothing is seen of it.
 */
export async function valuesOf(
  { protectingKey }: Pick<ActionServices, 'protectingKey'>,
  { organization, trigger }: Pick<Step, 'organization' | 'trigger'>,
  { connectionId, described, key, record }: Asked,
): Promise<Values | undefined> {
  const cells = cellsOf(described, record);
  if (cells.size === 0) return undefined;
  const before = trigger.record as Given | null;
  const isOfTrigger = trigger.connection_id === connectionId && before !== null;
  const held =
    isOfTrigger && keyOf(described, before) === key ? cellsOf(described, before) : undefined;
  const isSame = held !== undefined && [...cells].every(([name, cell]) => held.get(name) === cell);
  const told = isSame ? [] : [...cells];
  const hash = valuesHash(
    await protectingKey(organization),
    told.map(([, cell]) => cell),
  );
  return { fields: told.map(([name]) => name), hash };
}

function cellsOf({ fields }: Description, record: Given): Map<string, string | null> {
  const names = fields.map(({ name }) => name);
  const cells = Object.entries(record).flatMap(([given, value]) => {
    const name = matchName(names, given);
    const field = fields.find((one) => one.name === name);
    const read = field && fromJson(field.type, value);
    return field && read && 'text' in read ? [[field.name, read.text] as const] : [];
  });
  return new Map(cells);
}

function keyOf({ key }: Description, record: Given): string | undefined {
  if (key.length === 0) return undefined;
  const parts = key.map((name) => [name, record[name] == null ? null : String(record[name])]);
  return keyText(Object.fromEntries(parts));
}
