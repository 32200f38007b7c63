import type { Batch } from '../../connectors/batch.ts';
import type {
  Beside,
  Finished,
  FinishGuard,
  Session,
  WriteRequest,
  Writer,
  Written,
} from '../../connectors/connector.ts';
import type { Row } from '../../values/types.ts';
import { Teller } from './teller.ts';
import { batchIn, type Telling } from './telling.ts';

/** A writer that tells what it writes and deletes, where somebody listens. */
export function toldBy(
  telling: Telling,
  session: Session,
  request: WriteRequest,
  writer: Writer,
): Writer {
  return new ToldWriter(telling, session, request, writer);
}

class ToldWriter implements Writer {
  readonly #telling: Telling;
  readonly #teller: Teller;
  readonly #request: WriteRequest;
  readonly #writer: Writer;

  constructor(telling: Telling, session: Session, request: WriteRequest, writer: Writer) {
    this.#telling = telling;
    this.#teller = new Teller(telling, { ...request, session, skipped: writer.plan.skipped });
    this.#request = request;
    this.#writer = writer;
  }

  get plan() {
    return this.#writer.plan;
  }

  get keepsPosition(): boolean {
    return this.#writer.keepsPosition === true;
  }

  get isWhole(): boolean {
    return this.#writer.isWhole === true;
  }

  position() {
    return this.#writer.position();
  }

  prepare() {
    return this.#writer.prepare();
  }

  async write(batch: Batch, beside?: Beside): Promise<Written> {
    const heard = await this.#teller.written(this.#request.fields, batch);
    const number = batchIn(batch.position);
    // Of such a system nobody hears before it has written.
    const isLate = !this.keepsPosition && !this.isWhole;
    let kept = isLate ? await this.#telling.keep(heard, number) : undefined;
    const keep = async ({ rejected }: Written) => {
      const refused = new Set(rejected.map(({ index }) => index));
      if (isLate && refused.size === 0) return;
      const left = heard.filter(({ index }) => !refused.has(index));
      kept = await this.#telling.keep(left, number, kept);
    };
    const written = await this.#writeKept(batch, beside, keep);
    if (this.#isCommitted(batch)) await this.#telling.tell();
    return written;
  }

  async finish({ deletesMax }: FinishGuard): Promise<Finished> {
    const { fields, key } = this.#request;
    const keyFields = key.flatMap((name) => fields.filter((field) => field.name === name));
    const gone = async (keys: readonly Row[]) => {
      await this.#telling.keep(await this.#teller.gone(keyFields, keys, false), null);
    };
    const isListened = (await this.#telling.listened())?.has('record.deleted');
    const finished = await this.#writer.finish({ deletesMax, ...(isListened ? { gone } : {}) });
    if (finished.isDone) await this.#telling.tell();
    return finished;
  }

  close() {
    return this.#writer.close();
  }

  async #writeKept(
    batch: Batch,
    beside: Beside | undefined,
    keep: (written: Written) => Promise<void>,
  ): Promise<Written> {
    if (!beside) return this.#writer.write(batch);
    let isKept = false;
    const written = await this.#writer.write(batch, {
      ...beside,
      keep: async (so) => {
        isKept = true;
        await keep(so);
        return beside.keep(so);
      },
    });
    if (!isKept) await keep(written);
    return written;
  }

  /** Where records that have no position yet would stand twice, they wait for it. */
  #isCommitted({ position }: Batch): boolean {
    const { mode, key } = this.#request;
    if (mode === 'replace' || this.isWhole) return false;
    return position !== undefined || (mode !== 'append' && key.length > 0) || !this.keepsPosition;
  }
}
