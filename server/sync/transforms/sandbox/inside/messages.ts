import type { Bounds, Column } from './realm/batch.ts';

export type { Column, Form } from './realm/batch.ts';

export type TransformType = 'javascript' | 'jsonata';

export interface Limits {
  recordMilliseconds: number;
  /** Of what belongs to no record: the code outside of its function, the batch's way into JSON. */
  otherMilliseconds: number;
  isolateMegabytes: number;
  /** Of the whole process. */
  processMegabytes: number;
  isolatesKept: number;
  bounds: Bounds;
  /** Of one call of a bundle, whose isolate has `isolateMegabytes` as well. */
  call: { processorMilliseconds: number; wallMilliseconds: number };
}

/** A place in code, counted from 1. */
export interface Complaint {
  message: string;
  line: number;
  column: number;
}

/** What a process is asked; the records of a batch follow as text. */
export type Question =
  | {
      kind: 'run';
      isolate: string;
      type: TransformType;
      code: string;
      count: number;
      isChangesOnly: boolean;
      /** Where the records are lines of COPY. */
      columns?: readonly Column[];
    }
  | { kind: 'check'; type: TransformType; code: string }
  /** Of a bundle; what it is asked follows as text. */
  | { kind: 'call'; code: string; name: string }
  /** What `fetch` was answered follows as text. */
  | { kind: 'fetched'; id: number }
  | { kind: 'cancel' };

/** `stalled`: a bundle waits for a promise that nothing can settle any more. */
export type Broken = 'time' | 'memory' | 'crash' | 'stalled';

/** What it says. `done` has what the realm wrote as its text. */
export type Reply =
  | { kind: 'ready' }
  | { kind: 'working' }
  | { kind: 'done' }
  /** A bundle asks for something outside, which follows as text: answered by `fetched`. */
  | { kind: 'fetch'; id: number }
  | { kind: 'checked'; complaint: Complaint | null }
  | ({ kind: 'unusable' } & Complaint)
  /** `index`: the record at work, null when that can't be said; `isLost`: the process ends. */
  | {
      kind: 'broke';
      broken: Broken;
      index: number | null;
      isModule: boolean;
      /** Whether a record was awaited: what another one left to do may have run in its place. */
      wasAwaited: boolean;
      isLost: boolean;
    };

/** What the realm writes before the outputs of a batch. */
export interface Head {
  unusable?: string;
  errors: [index: number, message: string][];
  console: string[];
  /** Of each output the record that it comes from; left out when there is one of each. */
  sources?: number[];
}
