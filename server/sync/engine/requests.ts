import type { ReadRequest, WriteRequest } from '../connectors/connector.ts';
import type { Definition } from '../syncs/definition.ts';
import type { Assignment } from './assignment.ts';
import type { Course } from './course.ts';
import { hasPlace, type KnownTypes } from './loose.ts';
import { type Route, requireKey } from './planning.ts';
import type { Claim } from './store.ts';

type OfRead = 'object' | 'query' | 'fields' | 'types' | 'key';

/** What a sync reads, whatever part of it. */
export function readRequest(
  { source: { object, query } }: Definition,
  { columns, sourceKey }: Pick<Route, 'columns' | 'sourceKey'>,
): Pick<ReadRequest, OfRead> {
  return {
    ...(object === null ? { query: query ?? '' } : { object }),
    fields: columns.map(({ source }) => source.name),
    types: new Map(columns.map(({ source }) => [source.name, source.type])),
    key: sourceKey,
  };
}

type OfWrite = Exclude<keyof WriteRequest, 'state' | 'isAnew' | 'beginning' | 'signal'>;

/** What a sync writes, whoever does it. */
export function writeRequest(
  { destination, on_schema_change }: Pick<Definition, 'destination' | 'on_schema_change'>,
  { mode, key }: Pick<Route, 'mode' | 'key'>,
  fields: WriteRequest['fields'],
): Pick<WriteRequest, OfWrite> {
  return {
    object: destination.object,
    fields,
    key,
    mode,
    delete: destination.delete,
    onSchemaChange: on_schema_change === 'add' ? 'add' : 'ignore',
    metadata: destination.metadata,
  };
}

const batchRows = 50_000;
const batchBytes = 4 * 2 ** 20;
const batchSeconds = 5;

/** What a run asks of both ends. */
export class RunRequests {
  readonly #claim: Claim;
  readonly #assignment: Assignment;
  readonly #course: Course;
  readonly #signal: AbortSignal;

  constructor(claim: Claim, assignment: Assignment, course: Course, signal: AbortSignal) {
    this.#claim = claim;
    this.#assignment = assignment;
    this.#course = course;
    this.#signal = signal;
  }

  reading(route: Route, rowsMax = batchRows): ReadRequest {
    const { definition } = this.#assignment.begun;
    const { cursor_field, cursor_overlap, batch_size } = definition;
    const { from, to, keys } = this.#assignment.run.request;
    if (keys) requireKey(route, keys);
    const part = keys ? { keys } : { ...(from ? { from } : {}), ...(to ? { to } : {}) };
    return {
      ...readRequest(definition, route),
      key: route.order,
      ...(cursor_field === null ? {} : { cursorField: cursor_field }),
      ...(cursor_overlap === null ? {} : { overlapSeconds: cursor_overlap }),
      ...(this.#course.isPart ? { part } : {}),
      batchBytes,
      batchRows: Math.min(batch_size ?? batchRows, rowsMax),
      batchSeconds,
      signal: this.#signal,
    };
  }

  /** Asks where the destination stands, before it is known what transforms leave of the fields. */
  standing(route: Route & { known: KnownTypes }): WriteRequest {
    const fields = route.columns.map(({ field }) => field);
    if (route.known.size === 0) return this.writing(route, fields);
    const placed = fields.filter(({ name }) => hasPlace(route.known, name));
    return this.writing(route, placed.length > 0 ? placed : fields);
  }

  writing(route: Route, fields: WriteRequest['fields']): WriteRequest {
    const { runId, syncId, fence } = this.#claim;
    const { isPart, isAnew, beginning, onSchemaChange: on_schema_change } = this.#course;
    const { destination } = this.#assignment.begun.definition;
    return {
      ...writeRequest({ destination, on_schema_change }, route, fields),
      state: { syncId: isPart ? runId : syncId, runId, fence },
      isAnew,
      beginning,
      signal: this.#signal,
    };
  }
}
