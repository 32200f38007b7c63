import { type Entity, type EntitySet, type Property, Refusal, type Value } from './properties.ts';

export type Version = 'v2' | 'v4';

/** An entity as a service of a version shows it. */
export function show(
  set: EntitySet,
  entity: Entity,
  {
    version,
    root,
    names,
  }: { version: Version; root: string; names?: readonly string[] | undefined },
): Record<string, unknown> {
  const chosen = set.properties.filter(({ name }) => names === undefined || names.includes(name));
  const members = Object.fromEntries(
    chosen.map((one) => [one.name, shownValue(one, entity[one.name] ?? null, version)]),
  );
  if (version === 'v4') return members;
  const uri = `${root}/${set.name}(${set.key.map((name) => `${name}='${entity[name]}'`).join(',')})`;
  return { __metadata: { id: uri, uri, type: `API_PARTNER.${set.type}` }, ...members };
}

function shownValue({ kind, isFine }: Property, value: Value, version: Version): unknown {
  if (value === null) return null;
  switch (kind) {
    case 'decimal':
    case 'int64':
      return version === 'v2' ? value : JSON.rawJSON(String(value));
    case 'double':
      return version === 'v2' ? String(value) : value;
    case 'date':
      return version === 'v2' ? `/Date(${Date.parse(`${value}T00:00:00Z`)})/` : value;
    case 'time': {
      const [hours, minutes, seconds] = String(value).split(':');
      return version === 'v2' ? `PT${hours}H${minutes}M${seconds}S` : value;
    }
    case 'stamp': {
      const milliseconds = Math.floor(Number(value) / 1_000);
      if (version === 'v2') return `/Date(${milliseconds}+0060)/`;
      const rest = String(Number(value) - milliseconds * 1_000).padStart(3, '0');
      return new Date(milliseconds).toISOString().replace('Z', `${rest}${isFine ? '1' : ''}Z`);
    }
    default:
      return value;
  }
}

/** What was written, as it is kept. @throws Refusal */
export function keep({ kind, name, length, isNullable }: Property, json: unknown): Value {
  const refused = (rule: string) => new Refusal(400, '/IWBEP/CM_MGW/015', rule, name);
  if (json === null) {
    if (isNullable === false) throw refused(`Property '${name}' must not be null`);
    return null;
  }
  switch (kind) {
    case 'boolean':
      if (typeof json !== 'boolean') throw refused(`Property '${name}' is no Edm.Boolean`);
      return json;
    case 'int32':
    case 'double':
      if (Number.isNaN(Number(json))) throw refused(`Property '${name}' is no number`);
      return Number(json);
    case 'int64':
    case 'decimal':
      if (!/^-?\d+(\.\d+)?$/.test(String(json))) throw refused(`Property '${name}' is no number`);
      return String(json);
    case 'date':
      return dayIn(String(json));
    case 'time':
      return String(json).replace(/^PT(\d+)H(\d+)M(\d+)S$/, '$1:$2:$3');
    case 'stamp':
      return Date.parse(String(json)) * 1_000;
    default:
      if (typeof json !== 'string') throw refused(`Property '${name}' is no Edm.String`);
      if (json.length > (length ?? Number.POSITIVE_INFINITY)) {
        throw refused(`Property '${name}' has value '${json}' beyond its length ${length}`);
      }
      return json;
  }
}

function dayIn(text: string): string {
  const ticks = /^\/Date\((-?\d+)(?:[+-]\d+)?\)\/$/.exec(text)?.[1];
  return ticks === undefined ? text : new Date(Number(ticks)).toISOString().slice(0, 10);
}

export function showError(version: Version, refusal: Refusal): unknown {
  const { code, message, target } = refusal;
  if (version === 'v4') return { error: { code, message, ...(target ? { target } : {}) } };
  const detail = { code, message, propertyref: target ?? '', severity: 'error', target: '' };
  return {
    error: {
      code,
      message: { lang: 'en', value: message },
      innererror: { errordetails: [detail] },
    },
  };
}
