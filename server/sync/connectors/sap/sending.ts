import { readExactly } from '../../values/exact-json.ts';
import { objectIn } from '../../values/members.ts';
import type { Row } from '../../values/types.ts';
import { answeredUntil } from '../answered.ts';
import type { ApplyResult } from '../connector.ts';
import { applied, missing, type Outcome } from '../outcomes.ts';
import { halve, RecordRefusal } from '../sql/refusal.ts';
import { newBoundary, type SapClient } from './client.ts';
import { type Encoding, encode, type Input, predicateOf } from './encoding.ts';
import { decodeBatch, encodeBatch, type Part, type PartAnswer } from './multipart.ts';
import { rowOf } from './records.ts';
import { refusalIn } from './refusal.ts';

export const batchSize = 100;

export type Operation = 'insert' | 'upsert' | 'update' | 'delete';

export type Sending = {
  readonly client: SapClient;
  readonly encoding: Encoding;
  readonly operation: Operation;
  readonly signal: AbortSignal;
};

/** Sends records in batches, and tells of each what has become of it. @throws ConnectorError */
export async function sendAll(
  sending: Sending,
  rows: readonly Row[],
  results: (Outcome | undefined)[] = [],
): Promise<Outcome[]> {
  const inputs: { input: Input; place: number }[] = [];
  for (const [place, row] of rows.entries()) {
    const encoded = encode(sending.encoding, row, sending.operation);
    if ('refused' in encoded) results[place] = encoded.refused;
    else inputs.push({ input: encoded.input, place });
  }
  for (let from = 0; from < inputs.length; from += batchSize) {
    await halve(
      from,
      Math.min(from + batchSize, inputs.length),
      async (start, end) => {
        const some = inputs.slice(start, end);
        const sent = await send(
          sending,
          some.map(({ input }) => input),
        );
        for (const [nth, { place }] of some.entries()) results[place] = sent[nth] as Outcome;
      },
      async (at, { message }) => {
        results[inputs[at]?.place as number] = { error: message };
      },
    );
  }
  return Array.from(rows, (_, place) => results[place] ?? {});
}

/** The same, where some are answered though others could not be sent any more. @throws ConnectorError */
export async function sendEach(sending: Sending, rows: readonly Row[]): Promise<ApplyResult[]> {
  const results = rows.map((): Outcome | undefined => undefined);
  const sent = await sendAll(sending, rows, results).catch((error) =>
    answeredUntil(results, error),
  );
  return sent.map(applied);
}

async function send(sending: Sending, inputs: readonly Input[]): Promise<Outcome[]> {
  const { operation, encoding } = sending;
  if (operation === 'insert')
    return sendParts(sending, inputs, (input) => insertOf(encoding, input));
  const method = operation === 'delete' ? 'DELETE' : encoding.version === 'v2' ? 'MERGE' : 'PATCH';
  const answers = await ask(
    sending,
    inputs.map((input) => ({
      method,
      path: `${encoding.path}${input.predicate}`,
      // Only what is there: else some would make it, and others not.
      headers: { 'if-match': '*' },
      ...(operation === 'delete' ? {} : { body: JSON.stringify(input.changes) }),
    })),
  );
  const results = inputs.map((input, nth) => {
    const answer = answers[nth];
    return isAbsent(answer) ? missing : resultOf(encoding, input, answer);
  });
  if (operation !== 'upsert') return results;
  const absent = inputs.filter((_, nth) => isAbsent(answers[nth]));
  const made = await sendParts(sending, absent, (input) => insertOf(encoding, input));
  return results.map((result, nth) =>
    isAbsent(answers[nth]) ? (made.shift() as Outcome) : result,
  );
}

async function sendParts(
  sending: Sending,
  inputs: readonly Input[],
  partOf: (input: Input) => Part,
): Promise<Outcome[]> {
  if (inputs.length === 0) return [];
  const answers = await ask(sending, inputs.map(partOf));
  return inputs.map((input, nth) => resultOf(sending.encoding, input, answers[nth]));
}

/** @throws RecordRefusal when the batch as a whole is refused */
async function ask({ client, signal }: Sending, parts: readonly Part[]): Promise<PartAnswer[]> {
  const boundary = newBoundary('batch');
  const answer = await client.batch(encodeBatch(parts, boundary), boundary, signal);
  if (answer.status === 400)
    throw new RecordRefusal('SAP refuses the request of the record (400).');
  return decodeBatch(answer.text, answer.headers.get('content-type') ?? '');
}

function insertOf({ path }: Encoding, { record }: Input): Part {
  return { method: 'POST', path, body: JSON.stringify(record) };
}

function resultOf(encoding: Encoding, input: Input, answer: PartAnswer | undefined): Outcome {
  if (!answer || answer.status === 0) {
    return { error: 'SAP did not say what became of the record.' };
  }
  if (answer.status >= 300) return refusalIn(answer, encoding.names);
  const id = input.id ?? idIn(encoding, answer);
  return id === undefined ? {} : { id };
}

/** What the service has called a new record. */
function idIn({ version, keys }: Encoding, { body }: PartAnswer): string | undefined {
  const said = objectIn(readExactly(body));
  const record = version === 'v2' ? objectIn(said?.d) : said;
  if (!record) return undefined;
  const { row } = rowOf(record, keys);
  return predicateOf(keys, version, row)?.id;
}

/** 412 is what `If-Match` answers to where nothing is. */
function isAbsent(answer: PartAnswer | undefined): boolean {
  return answer?.status === 404 || answer?.status === 412;
}
