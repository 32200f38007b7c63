import { relative } from 'node:path';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

/** What the process of a lane tells of the file that it runs. */
export type Told =
  | { kind: 'passed' }
  /** Failed, and why; without a reason when a test in it has told it. */
  | { kind: 'failed'; problem?: string }
  | { kind: 'ended'; residentBytes: number };

const afterTheEnd = /asynchronous activity after/;

/** What an event says of the file, which is the outermost suite. */
export function* toldBy({ type, data }: TestEvent): Generator<Told> {
  if (type === 'test:diagnostic' && afterTheEnd.test(data.message)) {
    yield { kind: 'failed', problem: data.message };
  }
  if (type === 'test:pass') yield* toldByPass(data);
  if (type === 'test:fail') yield* toldByFail(data);
  if ((type === 'test:pass' || type === 'test:fail') && data.nesting === 0) {
    yield { kind: 'ended', residentBytes: process.memoryUsage.rss() };
  }
}

function* toldByPass(data: EventData.TestPass): Generator<Told> {
  if (data.skip !== undefined || data.todo !== undefined) {
    const problem = `${place(data)}  was skipped: a test runs or is removed`;
    yield { kind: 'failed', problem };
  } else if (data.details.type !== 'suite') {
    yield { kind: 'passed' };
  }
}

function* toldByFail(data: EventData.TestFail): Generator<Told> {
  const { error, type } = data.details;
  const failureType = 'failureType' in error ? error.failureType : undefined;
  if (failureType !== 'subtestsFailed') {
    yield { kind: 'failed', problem: `${place(data)}\n${explain(error)}` };
  } else if (type !== 'suite') {
    yield { kind: 'failed' };
  }
}

function place(data: EventData.TestPass | EventData.TestFail): string {
  if (data.nesting === 0) return data.name;
  return `${relative('.', data.file ?? '')}:${data.line ?? 1}  ${data.name}`;
}

function explain(error: Error): string {
  const cause = error.cause ?? error;
  if (typeof cause === 'string') return cause;
  // The message of an assertion holds the diff: what was compared need not be shown again.
  const text = isAssertion(cause) ? cause.stack : inspect(cause, { depth: 5 });
  return (text ?? '').replace(/^ +at .*\bnode:(internal|async_hooks).*\n?/gm, '').trimEnd();
}

function isAssertion(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_ASSERTION';
}
