import { readExactly } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { ConnectorError } from '../failure.ts';
import type { Answer } from '../http/answer.ts';
import { missing } from '../outcomes.ts';

/** What HubSpot says of an error; its message may hold values of records. */
export type Said = { readonly category: string; readonly policy: string; readonly message: string };

/** The category of what is not there. */
export const absent = 'OBJECT_NOT_FOUND';
const upstreamCharactersMax = 300;

/** HubSpot does not take what was sent to it, and says why. */
export class HubspotRefusal extends ConnectorError {
  readonly status: number;
  readonly said: Said;

  constructor(status: number, said: Said, { place }: Pick<Answer, 'place'>) {
    const isMissing = status === 404;
    const what = isMissing ? 'is not there' : 'refuses the request';
    const code = [status, said.category].filter(Boolean).join(' ');
    super(isMissing ? 'missing' : 'request', `${place} ${what} (${code}).`, {
      upstream: saidOf(said.message),
    });
    this.status = status;
    this.said = said;
  }
}

/** As much of a message as is kept. */
export function saidOf(message: string): string {
  return message.slice(0, upstreamCharactersMax);
}

export function saidIn({ text }: Pick<Answer, 'text'>): Said {
  const body = readExactly(text);
  return {
    category: textIn(body, 'category') || textIn(body, 'errorType'),
    policy: textIn(body, 'policyName'),
    message: textIn(body, 'message'),
  };
}

/**
 * Which property is at fault, and by which rule, where HubSpot says that: never its value.
 */
export function faultIn({ category, message }: Pick<Said, 'category' | 'message'>): {
  reason: string;
  field?: string;
} {
  if (category === 'CONFLICT') {
    return { reason: 'Another record has the value of a unique property already (CONFLICT).' };
  }
  if (category === absent) return { reason: missing.error };
  const list = readExactly(/\[.*\]/s.exec(message)?.[0] ?? '');
  const [first] = Array.isArray(list) ? list : [];
  const [field, rule] = [textIn(first, 'name'), textIn(first, 'error')];
  const code = rule || category || 'no reason given';
  if (field === '') return { reason: `HubSpot refuses the record (${code}).` };
  return { reason: `HubSpot refuses the value of "${field}" (${code}).`, field };
}

function textIn(body: Json | undefined, name: string): string {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) return '';
  const value = body[name];
  return typeof value === 'string' ? value : '';
}
