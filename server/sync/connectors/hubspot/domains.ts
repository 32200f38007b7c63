import { LRUCache } from 'lru-cache';
import type { ApplyRequest } from '../connector.ts';
import { missing, type Outcome } from '../outcomes.ts';
import { RecordRefusal } from '../sql/refusal.ts';
import type { Api } from './api.ts';
import { senderOf } from './batches.ts';
import type { Input } from './encoding.ts';
import { domainField as field, type RecordType } from './objects.ts';
import { Records } from './records.ts';
import type { Send } from './sending.ts';
import { idField } from './types.ts';

/** What a search may have, and some room: https://developers.hubspot.com/docs/api-reference/search/guide */
const valuesMax = 50;
const charactersMax = 2_000;
/** Five searches a second come to 125 companies: these are the last two minutes. */
const madeMax = 20_000;

type Operation = ApplyRequest['operation'];
type Sent = { readonly at: number; readonly input: Input };

const refusals = {
  several: 'HubSpot has several companies with this domain: merge them, or name another key.',
  none: 'The field "domain", by which records are found again, is no domain.',
  twice: 'Another record of the batch has this domain.',
} as const;

/** Writes companies by their domain: they are searched for, and then changed, or made. */
export function senderByDomain(
  api: Api,
  type: RecordType,
  { operation, numbers }: { operation: Operation; numbers: readonly string[] },
): Send<Input> {
  const sendBy = (one: Operation) => senderOf(api, type, { operation: one, key: idField, numbers });
  const change = sendBy(operation === 'delete' ? 'delete' : 'update');
  const create = sendBy('insert');
  // A search finds only after some seconds what was made.
  const made = new LRUCache<string, string>({ max: madeMax });
  return async (inputs) => {
    const domains = inputs.map(({ id = '' }) => domainIn(id));
    // By themselves they come one after the other.
    if (new Set(domains).size < domains.length) throw new RecordRefusal(refusals.twice, field);
    const sought = domains.filter((one) => one !== '' && !made.has(one));
    const found = await find(new Records(api, type, [field]), sought);
    const outcomes: Outcome[] = [];
    const [known, fresh]: [Sent[], Sent[]] = [[], []];
    for (const [at, { properties }] of inputs.entries()) {
      const domain = domains[at] as string;
      const [own, ...others] = found.get(domain) ?? [made.get(domain) ?? []].flat();
      if (domain === '') outcomes[at] = { error: refusals.none, field };
      else if (others.length > 0) outcomes[at] = { error: refusals.several, field };
      else if (own !== undefined) known.push({ at, input: { id: own, properties } });
      else if (operation !== 'upsert') outcomes[at] = missing;
      else fresh.push({ at, input: { properties: { ...properties, [field]: domain } } });
    }
    // What is changed may be changed again, when the rest is refused as a whole.
    for (const [send, some] of [[change, known] as const, [create, fresh] as const]) {
      const answers = some.length === 0 ? [] : await send(some.map(({ input }) => input));
      for (const [nth, answer] of answers.entries()) {
        const at = some[nth]?.at ?? 0;
        outcomes[at] = answer;
        if (some === fresh && answer.id) made.set(domains[at] as string, answer.id);
      }
    }
    return outcomes;
  };
}

/** The ids of the companies that have each of some domains. */
async function find(records: Records, domains: readonly string[]): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const values of searches(domains)) {
    const groups = [[{ propertyName: field, operator: 'IN' as const, values }]];
    let after: string | undefined;
    do {
      const page = await records.search({ groups, sort: idField, ...(after ? { after } : {}) });
      for (const { id, properties } of page.records) {
        const domain = domainIn(properties[field] ?? '');
        found.set(domain, [...(found.get(domain) ?? []), id]);
      }
      after = page.next;
    } while (after !== undefined);
  }
  return found;
}

/** What is asked for at once: each domain as it is, and as it may have come with an import. */
function searches(domains: readonly string[]): string[][] {
  const all: string[][] = [];
  let characters = charactersMax;
  for (const domain of domains) {
    const values = [domain, `www.${domain}`];
    const last = all.at(-1);
    characters += JSON.stringify(values).length;
    if (last && last.length + values.length <= valuesMax && characters <= charactersMax) {
      last.push(...values);
    } else {
      all.push(values);
      characters = 0;
    }
  }
  return all;
}

/** As HubSpot keeps it, also of an address: `https://www.Acme.example/about` is acme.example. */
function domainIn(text: string): string {
  const [host = ''] = text
    .trim()
    .toLowerCase()
    .replace(/^[a-z]+:\/\//, '')
    .split(/[/?#:]/);
  return host.replace(/^www\./, '');
}
