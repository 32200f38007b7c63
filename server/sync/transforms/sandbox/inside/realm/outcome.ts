import type { Batch, Bounds } from './batch.ts';
import { partedOf } from './changes.ts';
import { reasonOf } from './reason.ts';

/** What became of the batch: a head, a line feed, and the output records as one array. */
export function outcome(batch: Batch): string {
  const { count, progress, errors, console } = batch;
  progress[0] = count + 1;
  const text = textTogether(batch) ?? textOneByOne(batch);
  const { sources } = batch;
  const isOneToOne = sources.length === count && sources.every((source, index) => source === index);
  errors.sort(([one], [other]) => one - other);
  return `${JSON.stringify({ errors, console, ...(isOneToOne ? {} : { sources }) })}\n${text}`;
}

/** In one call, which is twice as fast; nothing where one record needs a closer look. */
export function textTogether(batch: Batch): string | undefined {
  if (batch.isStrange) return undefined;
  try {
    const text = JSON.stringify(batch.outputs);
    if (text.length > batch.bounds.recordCharacters) return undefined;
    if (text.includes('null')) refuseLostNumbers(batch.outputs, 0);
    return text;
  } catch {
    return undefined;
  }
}

export function textOneByOne(batch: Batch): string {
  const { sources, progress, errors } = batch;
  const outputs = batch.isChangesOnly ? partedOf(batch.outputs) : batch.outputs;
  const texts: string[] = [];
  const kept: number[] = [];
  for (let at = 0; at < outputs.length; ) {
    const source = sources[at] as number;
    progress[0] = source + 1;
    const own: object[] = [];
    for (; sources[at] === source; at += 1) own.push(outputs[at] as object);
    try {
      for (const text of textsOf(own, batch.bounds, batch.isChangesOnly ? '[' : '{')) {
        texts.push(text);
        kept.push(source);
      }
    } catch (thrown) {
      errors.push([source, reasonOf(thrown)]);
    }
  }
  batch.sources = kept;
  return `[${texts.join(',')}]`;
}

/** @throws what can't be said in JSON without a silent change */
export function textsOf(
  outputs: object[],
  { recordCharacters }: Bounds,
  bracket: '{' | '[',
): string[] {
  let characters = 0;
  return outputs.map((output) => {
    const text = JSON.stringify(output);
    if (typeof text !== 'string' || text[0] !== bracket) {
      throw new TypeError('It returned an object that is no record: in JSON it is something else');
    }
    characters += text.length;
    if (characters > recordCharacters) {
      throw new RangeError(`It returned more than ${recordCharacters} characters of JSON`);
    }
    if (text.includes('null')) refuseLostNumbers(output, 0);
    return text;
  });
}

/** An object that may be something else in JSON, as what it is there. */
export function plainOf(value: object, bounds: Bounds): object {
  return JSON.parse(textsOf([value], bounds, '{')[0] as string);
}

/** JSON has no NaN and writes null in its place, which would be a change that nobody sees. */
export function refuseLostNumbers(value: unknown, depth: number): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`It returned the number ${value}, which JSON can't say`);
  }
  if (typeof value !== 'object' || value === null || depth > 1000) return;
  for (const key of Object.keys(value)) {
    refuseLostNumbers((value as Record<string, unknown>)[key], depth + 1);
  }
}
