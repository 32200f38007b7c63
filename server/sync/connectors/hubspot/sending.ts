import { answeredUntil } from '../answered.ts';
import { missing, type Outcome } from '../outcomes.ts';
import { halve, RecordRefusal } from '../sql/refusal.ts';
import { absent, faultIn, HubspotRefusal } from './refusal.ts';

export const batchSize = 100;

/** A record as it is sent, or why it cannot be. */
export type Encoded<Input> = { readonly input: Input } | { readonly refused: Outcome };

/**
 * Sends a batch and answers what became of each input.
 * @throws HubspotRefusal, RecordRefusal when nothing is known of one of them, and all can be sent again
 */
export type Send<Input> = (inputs: readonly Input[]) => Promise<readonly Outcome[]>;

/** Sends records in batches; one that is refused as a whole is halved until the guilty one is alone. */
export async function sendAll<Input>(
  encoded: readonly Encoded<Input>[],
  send: Send<Input>,
  results: (Outcome | undefined)[] = [],
): Promise<Outcome[]> {
  const places: number[] = [];
  const inputs: Input[] = [];
  for (const [place, one] of encoded.entries()) {
    if ('refused' in one) results[place] = one.refused;
    else {
      places.push(place);
      inputs.push(one.input);
    }
  }
  const keep = (at: number, sent: Outcome) => {
    results[places[at] as number] = sent;
  };
  for (let from = 0; from < inputs.length; from += batchSize) {
    await halve(
      from,
      Math.min(from + batchSize, inputs.length),
      async (start, end) => {
        const sent = await asRefusals(send(inputs.slice(start, end)));
        for (const [nth, one] of sent.entries()) keep(start + nth, one);
      },
      async (at, { message, field, said, code }) => {
        const error = code === absent ? missing : { error: message };
        keep(at, { ...error, ...(field ? { field } : {}), ...(said ? { said } : {}) });
      },
    );
  }
  return Array.from(encoded, (_, place) => results[place] ?? {});
}

/** The same, where some are answered though others could not be sent any more. @throws ConnectorError */
export async function sendEach<Input>(
  encoded: readonly Encoded<Input>[],
  send: Send<Input>,
): Promise<Outcome[]> {
  const results = encoded.map((): Outcome | undefined => undefined);
  try {
    return await sendAll(encoded, send, results);
  } catch (error) {
    return answeredUntil(results, error);
  }
}

async function asRefusals(sending: Promise<readonly Outcome[]>): Promise<readonly Outcome[]> {
  try {
    return await sending;
  } catch (error) {
    if (!(error instanceof HubspotRefusal)) throw error;
    const { reason, field } = faultIn(error.said);
    throw new RecordRefusal(reason, field, error.said.category, error.upstream);
  }
}
