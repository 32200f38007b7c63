import { relative } from 'node:path';
import type { EventData } from 'node:test';
import type { TestEvent } from 'node:test/reporters';
import { inspect } from 'node:util';

interface FileReport {
  path: string;
  passed: number;
  failed: number;
  problems: string[];
  output: string;
  milliseconds: number;
  printed: boolean;
}

const outputCharactersMax = 20_000;
const counts = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** A reporter for `node --test`: a line per file, failures in full, the totals as the last line. */
export default async function* report(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  const files = new Map<string, FileReport>();
  for await (const event of events) {
    const path = pathOf(event);
    if (path === undefined) {
      yield* remarks(event);
      continue;
    }
    const file = files.get(path) ?? emptyReport(path);
    files.set(path, file);
    if (isComplete(event, file)) yield print(file);
  }
  for (const file of files.values()) {
    if (file.printed) continue;
    fail(file, 'ended, or was stopped, before all of its tests had');
    yield print(file);
  }
  yield totals([...files.values()]);
}

/** What the runner says that belongs to no file, such as a failure of the global set-up. */
function* remarks(event: TestEvent): Generator<string> {
  if (event.type !== 'test:diagnostic') return;
  const { message } = event.data;
  if (!counts.test(message)) yield `${message}\n`;
}

function pathOf(event: TestEvent): string | undefined {
  const { entryFile, file } = event.data as { entryFile?: string; file?: string };
  return entryFile ?? file;
}

function emptyReport(path: string): FileReport {
  return { path, passed: 0, failed: 0, problems: [], output: '', milliseconds: 0, printed: false };
}

/** Takes the event in; true when nothing more is to come from the file. */
function isComplete(event: TestEvent, file: FileReport): boolean {
  switch (event.type) {
    case 'test:pass':
      return takePass(event.data, file);
    case 'test:fail':
      return takeFail(event.data, file);
    case 'test:stdout':
    case 'test:stderr':
      keep(file, event.data.message);
      return false;
    case 'test:diagnostic':
      keep(file, `${event.data.message}\n`);
      return false;
    case 'test:summary':
      file.milliseconds = event.data.duration_ms;
      // A run that failed while its tests passed is followed by the failure of the file itself.
      return event.data.success || file.failed > 0;
    default:
      return false;
  }
}

function keep(file: FileReport, output: string): void {
  file.output = (file.output + output).slice(-outputCharactersMax);
}

function takePass(data: EventData.TestPass, file: FileReport): boolean {
  if (isFileItself(data)) {
    fail(file, 'ended without the result of a single test');
    return true;
  }
  if (data.skip !== undefined || data.todo !== undefined) {
    fail(file, `${place(data)}  was skipped: a test runs or is removed`);
  } else if (data.details.type !== 'suite') {
    file.passed += 1;
  }
  return false;
}

function takeFail(data: EventData.TestFail, file: FileReport): boolean {
  const { error, type } = data.details;
  const failureType = 'failureType' in error ? error.failureType : undefined;
  if (failureType !== 'subtestsFailed') fail(file, `${place(data)}\n${explain(error)}`);
  else if (type !== 'suite') file.failed += 1;
  return isFileItself(data);
}

// The runner makes a test of every file; only the tests inside one name it as their entry.
function isFileItself(data: EventData.TestPass | EventData.TestFail): boolean {
  return data.entryFile === undefined;
}

function place(data: EventData.TestPass | EventData.TestFail): string {
  return `${relative('.', data.file ?? '')}:${data.line ?? 1}  ${data.name}`;
}

function explain(error: Error): string {
  const cause = error.cause ?? error;
  if ('signal' in error && error.signal !== null) return `${cause}: ended by ${error.signal}`;
  if ('exitCode' in error) return `${cause}: ended with exit code ${error.exitCode}`;
  if (typeof cause === 'string') return cause;
  // The message of an assertion holds the diff: what was compared need not be shown again.
  const text = isAssertion(cause) ? cause.stack : inspect(cause, { depth: 5 });
  return (text ?? '').replace(/^ +at .*\bnode:(internal|async_hooks).*\n?/gm, '').trimEnd();
}

function isAssertion(cause: unknown): cause is Error {
  return cause instanceof Error && 'code' in cause && cause.code === 'ERR_ASSERTION';
}

function fail(file: FileReport, problem: string): void {
  file.failed += 1;
  file.problems.push(problem);
}

function print(file: FileReport): string {
  file.printed = true;
  const path = relative('.', file.path);
  const seconds = `${(file.milliseconds / 1000).toFixed(1)} s`;
  if (file.failed === 0) return `✔ ${path}  ${file.passed} passed  ${seconds}\n`;
  const output = file.output === '' ? [] : [`what it printed:\n${file.output.trimEnd()}`];
  const details = [...file.problems, ...output].map(
    (text) => `\n${text.replace(/^(?=.)/gm, '    ')}\n`,
  );
  return `✖ ${path}  ${file.passed} passed, ${file.failed} failed\n${details.join('')}\n`;
}

function totals(files: FileReport[]): string {
  const sum = (key: 'passed' | 'failed') => files.reduce((total, file) => total + file[key], 0);
  return `${sum('passed')} passed, ${sum('failed')} failed\n`;
}
