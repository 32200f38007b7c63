import { keyText, type Values, valuesHash } from '../../causes/causes.ts';
import type { Description } from '../../connectors/connector.ts';
import { matchName } from '../../conventions/names.ts';
import { organizationKeys } from '../../conventions/organization-keys.ts';
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
  { secrets }: Pick<ActionServices, 'secrets'>,
  { organization, trigger }: Pick<Step, 'organization' | 'trigger'>,
  { connectionId, described, key, record }: Asked,
): Promise<Values | undefined> {
  const cells = cellsOf(described, record);
  if (cells.size === 0) return undefined;
  const hashKey = await organizationKeys(secrets, 'sync protection')(organization);
  const before = trigger.record as Given | null;
  const isOfTrigger = trigger.connection_id === connectionId && before !== null;
  const isSame =
    isOfTrigger &&
    keyOf(described, before) === key &&
    [...cellsOf(described, before)].filter(([name, cell]) => cells.get(name) === cell).length ===
      cells.size;
  const fields = isSame ? [] : [...cells.keys()];
  return { fields, hash: valuesHash(hashKey, isSame ? [] : [...cells.values()]) };
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
