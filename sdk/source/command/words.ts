import { existsSync, readFileSync } from 'node:fs';

/** @throws Error that names the command when there is no file, or more than one */
export function onlyFile(files: string[], command: string): string {
  const [file, ...more] = files;
  if (file === undefined || more.length > 0) {
    throw new Error(
      `Say which file has the connector: heddle-extension ${command} src/connector.ts`,
    );
  }
  return file;
}

/** An object that is written as JSON, or in a file. @throws Error that names the option */
export function objectOf(text: string | undefined, option: string): Record<string, unknown> {
  if (text === undefined) return {};
  const value = parse(isWritten(text) || !existsSync(text) ? text : readFileSync(text, 'utf8'));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new Error(`--${option} must be an object as JSON, or a file with one.`);
}

function isWritten(text: string): boolean {
  return text.trimStart().startsWith('{');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
