import type { Description, Mode, Session } from '../../connectors/connector.ts';
import type { Row } from '../../values/types.ts';
import type { Assignment } from '../assignment.ts';
import { layRoute } from '../planning.ts';

type Given = {
  readonly destination: Pick<Session, 'apply'>;
  readonly modes: readonly Mode[];
  readonly described: Pick<Description, 'fields' | 'key'>;
};

/** Deletes at a destination what a source that is polled says is gone. */
export class Removing {
  readonly #remove: (keys: readonly Row[]) => Promise<unknown>;
  readonly #heard: Row[] = [];

  private constructor(remove: (keys: readonly Row[]) => Promise<unknown>) {
    this.#remove = remove;
  }

  /** Nothing where records are not found again there by the key that the source says. */
  static of({ begun, sync }: Assignment, given: Given): Removing | undefined {
    const { definition } = begun;
    const { destination } = definition;
    const route = layRoute(definition, given.described, sync.fields);
    const columns = route.columns.filter(({ source }) => route.sourceKey.includes(source.name));
    const isPlain = columns.every(({ protect, transform }) => !protect && !transform);
    const isKept = columns.length === 1 && isPlain && definition.transforms.length === 0;
    const isDeleted = destination.delete === 'hard' && given.modes.includes('mirror');
    if (route.mode !== 'upsert' || !isKept || !isDeleted) return undefined;
    return new Removing((rows) =>
      given.destination.apply({
        ...{ operation: 'delete', object: destination.object, key: route.key, rows },
        fields: columns.map(({ field }) => field),
      }),
    );
  }

  /** Before the position behind it is kept. */
  readonly hear = async (keys: readonly Row[]): Promise<void> => {
    this.#heard.push(...keys);
    await this.#remove(keys);
  };

  /** What was read before it was gone may have been written after that. */
  async removeAgain(): Promise<void> {
    if (this.#heard.length > 0) await this.#remove(this.#heard);
  }
}
