import type { Config } from '../config.ts';
import { type MasterKey, masterKeyIdIn, openWith, rewrapUnder, sealUnder } from './envelope.ts';
import { KeyFile, MasterKeyError, parseKeys } from './keyfile.ts';

export { SealError } from './envelope.ts';
export { MasterKeyError } from './keyfile.ts';

/**
 * Seals secrets under the master keys of this process: those of HEDDLE_MASTER_KEY, or else those of
 * `master.key` in the data folder, which is made when something is sealed for the first time.
 * @throws MasterKeyError when the keys cannot be read, or the one that is needed is not among them
 */
export class Keyring {
  /** Where the master keys come from. */
  readonly origin: 'environment' | 'file';
  readonly #file: KeyFile;
  #keys: readonly MasterKey[] = [];
  #edition: string | undefined;

  constructor({ masterKey, dataDirectory }: Pick<Config, 'masterKey' | 'dataDirectory'>) {
    this.origin = masterKey === undefined ? 'file' : 'environment';
    this.#file = new KeyFile(dataDirectory);
    if (masterKey !== undefined) this.#keys = parseKeys(masterKey, 'HEDDLE_MASTER_KEY');
  }

  /** `context` names the only place where the sealed value may be opened again. */
  seal(plaintext: Buffer, context: string): Buffer {
    return sealUnder(this.#newest(), plaintext, context);
  }

  /** @throws SealError when the bytes were changed, or sealed for another context */
  open(sealed: Buffer, context: string): Buffer {
    return openWith(this.#keyIn(sealed, context), sealed, context);
  }

  /** The same secret under the newest master key; undefined when it is under that one already. */
  rewrap(sealed: Buffer, context: string): Buffer | undefined {
    const from = this.#keyIn(sealed, context);
    const to = this.#newest();
    return from.id === to.id ? undefined : rewrapUnder(from, to, sealed, context);
  }

  /**
   * Adds a new master key in front of those in the file, and answers its id. All processes that use
   * the file seal under it from then on.
   * @throws Error when the keys come from the environment
   */
  addKey(): string {
    if (this.origin === 'environment') {
      throw new MasterKeyError(
        'HEDDLE_MASTER_KEY: put a new key (openssl rand -base64 32) before the present one, with a ' +
          'comma between them, restart every server with that, then rotate again.',
      );
    }
    this.#newest();
    const { id } = this.#file.prepend();
    this.#read();
    return id;
  }

  /**
   * Reads the file each time: otherwise something could be sealed under a key that is being
   * replaced.
   */
  #newest(): MasterKey {
    if (this.origin === 'file') this.#refresh();
    return this.#keys[0] as MasterKey;
  }

  #refresh(): void {
    const edition = this.#file.edition();
    if (edition !== undefined && edition === this.#edition) return;
    if (edition === undefined && this.#edition !== undefined) {
      throw new MasterKeyError(`${this.#file.path} has disappeared; restore it.`);
    }
    if (edition === undefined) this.#file.make();
    this.#read();
  }

  #read(): void {
    const edition = this.#file.edition();
    const keys = this.#file.read();
    if (!keys) return;
    this.#keys = keys;
    this.#edition = edition;
  }

  #keyIn(sealed: Buffer, context: string): MasterKey {
    const id = masterKeyIdIn(sealed, context);
    const find = () => this.#keys.find((key) => key.id === id);
    const known = find();
    if (known) return known;
    if (this.origin === 'file') this.#read();
    const found = find();
    if (!found) throw this.#missing(id);
    return found;
  }

  #missing(id: string): MasterKeyError {
    const held = this.#keys.map((key) => key.id).join(', ');
    const { path } = this.#file;
    const needed = `the master key ${id}, which secrets in the database are sealed under`;
    if (this.origin === 'environment') {
      return new MasterKeyError(
        `HEDDLE_MASTER_KEY lacks ${needed} (it has ${held}): add that key after the newest, with a ` +
          `comma; if it was made by Heddle, it is in ${path} of the server that made it.`,
      );
    }
    const state = held === '' ? `${path} does not exist, but it kept` : `${path} lacks`;
    return new MasterKeyError(
      `${state} ${needed}${held && ` (it has ${held})`}: restore that file, or copy it from the ` +
        'server that made it, or set HEDDLE_MASTER_KEY to the key.',
    );
  }
}
