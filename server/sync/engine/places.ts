import { createHash } from 'node:crypto';
import { ConnectorError } from '../connectors/failure.ts';
import { keptIn } from '../syncs/cursor/positions.ts';
import { Seal } from '../syncs/cursor/sealing.ts';
import type { Definition } from '../syncs/definition.ts';
import type { Means } from './means.ts';
import type { Route } from './planning.ts';

const ofLength = 16;

/**
 * The positions of what a run reads, as they are kept: each says what it is of, and is sealed under
 * a key of the organization where the sync protects values, which may be in it.
 */
export class Places {
  readonly #of: string;
  readonly #seal: Seal;
  readonly #isProtected: boolean;
  #batch = 0;

  constructor(
    { source, cursor_field }: Pick<Definition, 'source' | 'cursor_field'>,
    { order, isProtected }: Pick<Route, 'order' | 'isProtected'>,
    { protectingKey: key, joining }: Pick<Means, 'protectingKey' | 'joining'>,
  ) {
    const { connection_id, object, query } = source;
    const of = [connection_id, object, query, cursor_field, order];
    const said = JSON.stringify(joining === undefined ? of : [...of, joining]);
    this.#of = createHash('sha256').update(said).digest('base64url').slice(0, ofLength);
    this.#seal = new Seal(key);
    this.#isProtected = isProtected;
  }

  /** What comes is counted on from there. */
  goOn(kept: string | undefined): void {
    this.#batch = kept === undefined ? 0 : (keptIn(kept).batch ?? 0);
  }

  /** What a connector said of the next batch, to be kept. */
  write(position: string): string {
    this.#batch += 1;
    const own = { of: this.#of, batch: this.#batch };
    return this.keep(JSON.stringify({ ...own, ...JSON.parse(position) }));
  }

  /** What was kept elsewhere, perhaps before the sync protected anything. */
  keep(kept: string): string {
    return this.#isProtected ? this.#seal.close(kept) : kept;
  }

  /** Whether it says nothing else; what somebody set may say nothing. */
  isOwn(kept: string): boolean {
    const { of = this.#of } = keptIn(kept);
    return of === this.#of;
  }

  /** What the connector said. @throws ConnectorError for what is of something else */
  read(kept: string): string {
    if (!this.isOwn(kept)) throw foreign();
    try {
      return JSON.stringify(this.#seal.open(kept));
    } catch {
      throw foreign();
    }
  }
}

function foreign(): ConnectorError {
  const message =
    'The cursor of the sync is of another source, field or key than it has; delete it to read anew.';
  return new ConnectorError('configuration', message);
}
