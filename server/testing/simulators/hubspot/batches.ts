import { type ObjectType, Refusal, type Stored } from './objects.ts';

type Input = {
  id?: string;
  idProperty?: string;
  objectWriteTraceId?: string;
  properties?: Record<string, unknown>;
};
export type BatchBody = { inputs?: Input[]; idProperty?: string; properties?: string[] };
type Done = { record: Stored; input: Input; isNew: boolean };
type Failed = { input: Input; refusal: Refusal };

export type Outcome = { done: readonly Done[]; failed: readonly Failed[] };

const inputsMax = 100;

/**
 * Does each input by itself. What is wrong with one is said of it where it can be told from the others
 * by a trace id; else, and where another record has a value already, all are refused and none is done.
 * @throws Refusal
 */
export function write(
  type: ObjectType,
  verb: 'create' | 'update' | 'upsert',
  { inputs = [] }: BatchBody,
): Outcome {
  refuseMany(inputs);
  refuseTwice(inputs);
  const looks = inputs.map((input) => look(type, verb, input));
  for (const { refusal, input } of looks) {
    const isOfAll = refusal?.status === 409 || input.objectWriteTraceId === undefined;
    if (refusal && refusal.status !== 404 && isOfAll) throw refusal;
  }
  const done: Done[] = [];
  const failed: Failed[] = [];
  for (const { input, refusal, found } of looks) {
    if (refusal) failed.push({ input, refusal });
    else done.push(doOne(type, input, found));
  }
  return { done, failed };
}

export function read(type: ObjectType, { inputs = [], idProperty }: BatchBody): Outcome {
  refuseMany(inputs);
  const done: Done[] = [];
  const missing: Input[] = [];
  for (const input of inputs) {
    const record = type.find(input.id ?? '', idProperty);
    if (record) done.push({ record, input, isNew: false });
    else missing.push(input);
  }
  const failed = missing.map((input) => ({ input, refusal: noObject(input) }));
  return { done, failed };
}

function doOne(type: ObjectType, input: Input, found: Stored | undefined): Done {
  const { properties = {} } = input;
  if (found) return { input, record: type.update(found, properties), isNew: false };
  const { id, idProperty } = input;
  const own = idProperty === undefined ? {} : { [idProperty]: id };
  return { input, record: type.create({ ...own, ...properties }), isNew: true };
}

/** Changes nothing. */
function look(type: ObjectType, verb: 'create' | 'update' | 'upsert', input: Input) {
  const { id = '', idProperty, properties = {} } = input;
  try {
    if (verb === 'upsert' && idProperty === undefined) {
      throw new Refusal(400, 'VALIDATION_ERROR', 'idProperty is required');
    }
    const found = verb === 'create' ? undefined : type.find(id, idProperty);
    if (verb === 'update' && !found) throw noObject(input);
    const own = verb === 'upsert' && !found ? { [idProperty as string]: id } : {};
    type.check({ ...own, ...properties });
    type.refuseTaken(properties, found?.id);
    return { input, found };
  } catch (refusal) {
    if (refusal instanceof Refusal) return { input, refusal };
    throw refusal;
  }
}

function noObject({ id = '' }: Input): Refusal {
  return new Refusal(404, 'OBJECT_NOT_FOUND', 'Could not get some objects', { ids: [id] });
}

function refuseMany(inputs: readonly Input[]): void {
  if (inputs.length <= inputsMax) return;
  throw new Refusal(400, 'VALIDATION_ERROR', `Batches have at most ${inputsMax} inputs`);
}

/** The same record cannot be meant twice. */
function refuseTwice(inputs: readonly Input[]): void {
  const ids = inputs.flatMap(({ id, properties }) => {
    const email = properties?.email;
    const own = id ?? (typeof email === 'string' ? email : undefined);
    return own === undefined ? [] : [own.toLowerCase()];
  });
  if (new Set(ids).size === ids.length) return;
  throw new Refusal(400, 'VALIDATION_ERROR', 'Duplicate IDs found in batch input');
}
