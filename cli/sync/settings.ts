import { InvalidArgumentError } from 'commander';
import { readHidden, readInput } from '../secret.ts';

type Settings = Record<string, unknown>;
type Pair = [name: string, value: string];

/** An option that is NAME=VALUE and may be given several times. */
export function collectPair(text: string, before: Pair[] = []): Pair[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be NAME=VALUE.');
  return [...before, [text.slice(0, at), text.slice(at + 1)]];
}

/** A dot in a name leads into an object; a value in braces or brackets is JSON. */
export function settingsOf(pairs: readonly Pair[] = []): Settings {
  const settings: Settings = {};
  for (const [name, value] of pairs) put(settings, name.split('.'), readValue(value));
  return settings;
}

/** Undefined when none of the options is given. `-` in place of a secret is read from standard input. */
export async function readCredentials({
  url,
  credential = [],
  credentialsFile: file,
}: {
  url?: string;
  credential?: Pair[];
  credentialsFile?: string;
}): Promise<Settings | undefined> {
  const pairs: Pair[] = [...(url === undefined ? [] : [['url', url] as Pair]), ...credential];
  if (file === undefined && pairs.length === 0) return undefined;
  const hidden = [...pairs.filter(([, value]) => value === '-'), ...(file === '-' ? [file] : [])];
  if (hidden.length > 1) throw new Error('Only one option can be read from standard input (-).');
  const given = file === undefined ? {} : readObject(await readInput(file, 'Credentials as JSON'));
  for (const [name, value] of pairs) {
    const secret = value === '-' ? await readHidden(name) : value;
    put(given, name.split('.'), value === '-' ? secret : readValue(secret));
  }
  return given;
}

function readObject(text: string): Settings {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Settings;
    }
  } catch {
    // What the parser says would show a part of the text, which is secret.
  }
  throw new Error('The credentials must be a JSON object, like {"url": "…"}.');
}

/** The records in a text: a list, or one or several, each in a line of its own. */
export function recordsIn(text: string): Settings[] {
  const records = valuesIn(text);
  if (records.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one))) {
    return records as Settings[];
  }
  throw new Error('Each record must be a JSON object, like {"id": 1}.');
}

function valuesIn(text: string): unknown[] {
  try {
    return [JSON.parse(text)].flat(1);
  } catch {
    return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parsed(line)]));
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    // What the parser says would show a part of the record.
    return undefined;
  }
}

function put(settings: Settings, [name = '', ...rest]: string[], value: unknown): void {
  if (rest.length === 0) {
    settings[name] = value;
    return;
  }
  const inner = settings[name];
  const object = typeof inner === 'object' && inner !== null ? (inner as Settings) : {};
  put(object, rest, value);
  settings[name] = object;
}

function readValue(text: string): unknown {
  if (!/^[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
