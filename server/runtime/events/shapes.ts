import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { type EventOf, type EventType, events } from '../../../contract/events.ts';

const ajv = new Ajv({ strict: false, validateSchema: false });
formats.default(ajv);

const checks = new Map<EventType, ValidateFunction>();

/**
 * Checks that events fit the schemas of their types; what is read from the log is trusted. Schemas
 * are compiled when first needed, as those of requests: a check then takes half a microsecond.
 */
export function checkEvents(given: readonly EventOf[]): void {
  for (const { type, data } of given) {
    const check = checkOf(type);
    if (check(data)) continue;
    const [{ instancePath = '', message = '' } = {}] = check.errors ?? [];
    throw new Error(`${type}: ${`${instancePath} ${message}`.trim()}`);
  }
}

function checkOf(type: EventType): ValidateFunction {
  const known = checks.get(type);
  if (known) return known;
  const schema = events[type];
  if (!schema) throw new Error(`There are no events of type ${type}.`);
  // Members that are in no schema are refused: an event of a post must not carry its text.
  const check = ajv.compile({ ...schema, additionalProperties: false });
  checks.set(type, check);
  return check;
}
