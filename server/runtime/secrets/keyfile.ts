import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from '../errors.ts';
import { keyBytes, type MasterKey, masterKeyOf } from './envelope.ts';

/** Master keys are missing or unusable; the message is one line that says what to do. */
export class MasterKeyError extends ConfigError {}

/** The master keys as base64, separated by commas or lines; `place` names them in an error. */
export function parseKeys(text: string, place: string): MasterKey[] {
  const keys = text.split(/[\n,]/).filter((part) => part.trim() !== '');
  if (keys.length === 0) throw new MasterKeyError(`${place} holds no key; restore it.`);
  return keys.map((part, index) => {
    const bytes = Buffer.from(part.trim(), 'base64');
    if (/^[\w+/-]{43}=?$/.test(part.trim()) && bytes.length === keyBytes) return masterKeyOf(bytes);
    throw new MasterKeyError(`${place}: key ${index + 1} is not 32 bytes in base64.`);
  });
}

/** The file that keeps the master keys of one machine: one in base64 per line, newest first. */
export class KeyFile {
  readonly path: string;

  constructor(dataDirectory: string) {
    this.path = join(dataDirectory, 'master.key');
  }

  /** Undefined when there is no such file. */
  read(): MasterKey[] | undefined {
    const text = this.#unlessAbsent(() => readFileSync(this.path, 'utf8'));
    return text === undefined ? undefined : parseKeys(text, this.path);
  }

  /** Changes whenever the file is replaced or written; undefined when there is no such file. */
  edition(): string | undefined {
    const found = this.#unlessAbsent(() => statSync(this.path, { bigint: true }));
    return found && `${found.ino} ${found.mtimeNs} ${found.size}`;
  }

  /**
   * Makes the file with a new key, unless another process was faster; answers the keys that it then
   * holds.
   */
  make(): MasterKey[] {
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    const draft = this.#draft([masterKeyOf(randomBytes(keyBytes))]);
    try {
      linkSync(draft, this.path);
      this.#settle();
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(draft);
    }
    return this.read() as MasterKey[];
  }

  /** Adds a new key in front of the others. */
  prepend(): MasterKey {
    const unlock = this.#lock();
    try {
      const key = masterKeyOf(randomBytes(keyBytes));
      const draft = this.#draft([key, ...(this.read() ?? [])]);
      const { uid, gid } = statSync(this.path);
      if (uid !== process.getuid?.()) chownSync(draft, uid, gid);
      renameSync(draft, this.path);
      this.#settle();
      return key;
    } finally {
      unlock();
    }
  }

  #draft(keys: readonly MasterKey[]): string {
    const draft = `${this.path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    const lines = keys.map(({ bytes }) => `${bytes.toString('base64')}\n`);
    writeFileSync(draft, lines.join(''), { flag: 'wx', mode: 0o600, flush: true });
    return draft;
  }

  /** The database keeps sealed values through a power cut, so their key must survive one, too. */
  #settle(): void {
    const folder = openSync(dirname(this.path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  /** Of two processes that add a key at once, the later would overwrite the first one's. */
  #lock(): () => void {
    const lock = `${this.path}.lock`;
    try {
      closeSync(openSync(lock, 'wx', 0o600));
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
      throw new MasterKeyError(
        `Another process is adding a master key; if none is, delete ${lock} and try again.`,
      );
    }
    return () => rmSync(lock);
  }

  #unlessAbsent<T>(look: () => T): T | undefined {
    try {
      return look();
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined;
      throw new MasterKeyError(`${this.path} cannot be read (${codeOf(error)}).`, { cause: error });
    }
  }
}

function codeOf(error: unknown): unknown {
  return (error as NodeJS.ErrnoException).code;
}
