import { join } from 'node:path';
import type { Clock } from '../../../runtime/clock.ts';
import type { Database } from '../../../runtime/database/database.ts';
import { invalid } from '../../../runtime/errors.ts';
import { type Log, loggable } from '../../../runtime/log.ts';
import type { Files } from '../../files/files.ts';
import { newKey } from '../key.ts';
import type { Pixels } from '../video/pixels.ts';
import { Painter } from './painter.ts';
import {
  claimFile,
  type DueFile,
  decrementDraws,
  settleFile,
  updateDue,
  updateThumbnail,
} from './store.ts';
import { Turns } from './turns.ts';

/**
 * Longer than any picture takes: if it is not drawn by then, the process that claimed it has died.
 */
const leaseMilliseconds = 600_000;
/** How many times processes may die of one picture. */
const drawsMax = 5;

type Services = { database: Database; files: Files; clock: Clock; log: Log };

/**
 * Measures pictures that arrive, and draws their thumbnails afterwards. The queue is in the
 * database; every process draws one picture at a time, taking turns between organizations.
 */
export class Drawing {
  readonly #services: Services;
  readonly #turns = new Turns();
  readonly #measuring = new Painter();
  readonly #drawing = new Painter();
  #running: Promise<void> | undefined;
  #again = false;
  #isClosed = false;

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * The displayed size of a picture.
   * @throws AppError 400 for one that cannot be read or is too large; 503
   */
  async measure(organization: number, path: string): Promise<Pixels> {
    const outcome = await this.#turns.take(organization, () =>
      this.#measuring.carryOut({ act: 'measure', path }),
    );
    if (!outcome) throw invalid('data', 'is an image that takes too much memory or time to read.');
    if ('refusal' in outcome) throw invalid('data', outcome.refusal);
    return (outcome as { pixels: Pixels }).pixels;
  }

  /** Until when nobody else draws a picture that is claimed, or about to be stored, now. */
  leaseEnd(): Date {
    return new Date(this.#services.clock.now().getTime() + leaseMilliseconds);
  }

  /** A stored picture is to be drawn. */
  async want(organization: number, key: string): Promise<void> {
    const { database, clock } = this.#services;
    const { system } = database;
    await system.transaction((tx) => updateDue(tx, organization, key, clock.now()));
    void this.wake();
  }

  /**
   * Draws whatever is due; resolves when nothing is. Never rejects: what is left is tried again.
   */
  wake(): Promise<void> {
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  close(): void {
    this.#isClosed = true;
    this.#measuring.close();
    this.#drawing.close();
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#isClosed) {
      this.#again = await this.#drawNext().catch((error: unknown) => {
        if (!this.#isClosed) this.#services.log.warn(loggable(error), 'a thumbnail was not drawn');
        return false;
      });
    }
  }

  /** Answers whether there was anything to draw, or a request came meanwhile. */
  async #drawNext(): Promise<boolean> {
    const { database, clock } = this.#services;
    this.#again = false;
    const claimed = await database.system.transaction((tx) =>
      claimFile(tx, clock.now(), this.leaseEnd()),
    );
    if (!claimed) return this.#again;
    if (claimed.draws > drawsMax) await this.#settle(claimed);
    else await this.#draw(claimed).catch((error) => this.#giveBack(claimed, error));
    return true;
  }

  async #draw(file: DueFile): Promise<void> {
    const { store, spool } = this.#services.files;
    await spool.use(async (folder) => {
      const path = await store.fetch(file.content_key, folder);
      const target = join(folder, 'thumbnail');
      const outcome =
        path === undefined ? path : await this.#drawing.carryOut({ act: 'draw', path, target });
      if (this.#isClosed) return;
      if (outcome && 'bytes' in outcome) await this.#keep(file, target, outcome.bytes);
      await this.#settle(file);
    });
  }

  /** A failure of the disk, the bucket or the system is not the picture's fault. */
  async #giveBack({ organization_id, content_key }: DueFile, error: unknown): Promise<never> {
    const { system } = this.#services.database;
    await system.transaction((tx) => decrementDraws(tx, organization_id, content_key));
    throw error;
  }

  /** The row comes before the content, as with uploads. */
  async #keep(file: DueFile, target: string, bytes: number): Promise<void> {
    const { database, files } = this.#services;
    const { organization_id, content_key, thumbnail_key } = file;
    const key = newKey();
    if (thumbnail_key) await files.store.remove(thumbnail_key);
    await database.system.transaction((tx) =>
      updateThumbnail(tx, organization_id, content_key, { key, bytes }),
    );
    await files.store.put(key, target);
  }

  async #settle({ organization_id, content_key }: DueFile): Promise<void> {
    const { system } = this.#services.database;
    await system.transaction((tx) => settleFile(tx, organization_id, content_key));
  }
}
