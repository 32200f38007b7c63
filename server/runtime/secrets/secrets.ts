import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Keyring } from './keyring.ts';
import { type Rotated, rewrapColumn, type SealedColumn } from './rotation.ts';
import { insertSecret, lockSecretsAfter, selectSecret, updateSecret } from './store.ts';

export type { Rotated, SealedColumn, SealedRow } from './rotation.ts';

const batchMax = 100;

/** The secrets that all processes of a database share, sealed in platform.secret. */
export class Secrets {
  readonly #database: Database;
  readonly #keyring: Keyring;
  readonly #clock: Clock;

  constructor(database: Database, keyring: Keyring, clock: Clock) {
    this.#database = database;
    this.#keyring = keyring;
    this.#clock = clock;
  }

  /**
   * Checks that the master keys of this process are those that this database was sealed under. The
   * first process that asks decides which those are.
   * @throws MasterKeyError
   */
  async verifyMasterKey(): Promise<void> {
    await this.sharedSecret('check', () => Buffer.from('heddle'));
  }

  /** The secret of a name; `make` makes it when there is none, and all processes get the same. */
  async sharedSecret(name: string, make: () => Buffer): Promise<Buffer> {
    const found = await selectSecret(this.#database.system.reading, name);
    if (found) return this.#keyring.open(found, contextOf(name));
    const made = this.#keyring.seal(make(), contextOf(name));
    const now = this.#clock.now();
    await this.#database.system.transaction((tx) => insertSecret(tx, { name, sealed: made, now }));
    const kept = await selectSecret(this.#database.system.reading, name);
    return this.#keyring.open(kept ?? made, contextOf(name));
  }

  /**
   * Rewraps every secret, and every value of the other columns, under the newest master key while
   * servers run. Those that take their keys from the environment must know the newest one already.
   */
  async rotateSecrets(columns: readonly SealedColumn[] = []): Promise<Rotated[]> {
    const rotated: Rotated[] = [];
    for (const column of [secretColumn, ...columns]) {
      rotated.push(await rewrapColumn(this.#database, this.#keyring, column));
    }
    return rotated;
  }
}

const secretColumn: SealedColumn = {
  name: 'platform.secret',
  async selectBatch(tx, key) {
    const rows = await lockSecretsAfter(tx, key, batchMax);
    return rows.map(({ name, sealed }) => ({ key: name, context: contextOf(name), sealed }));
  },
  update: (tx, { key, sealed }) => updateSecret(tx, key, sealed),
};

function contextOf(name: string): string {
  return `platform.secret ${name}`;
}
