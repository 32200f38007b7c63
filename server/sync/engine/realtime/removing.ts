import type { ApplyRequest, Description, Mode, Session } from '../../connectors/connector.ts';
import { ConnectorError } from '../../connectors/failure.ts';
import type { Row } from '../../values/types.ts';
import type { Assignment } from '../assignment.ts';
import { layRoute } from '../planning.ts';
import type { Report } from '../report.ts';
import { Teller } from '../telling/teller.ts';
import type { Telling } from '../telling/telling.ts';

type Given = {
  readonly destination: Session;
  readonly modes: readonly Mode[];
  readonly described: Pick<Description, 'fields' | 'key'>;
  readonly report: Pick<Report, 'note'>;
  readonly telling: Telling;
};

const atOnce = 1_000;

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
    const fields = columns.map(({ field }) => field);
    const asked = { operation: 'delete', object: destination.object, key: route.key } as const;
    const toward = { ...destination, key: route.key, mode: route.mode, skipped: [] };
    const teller = new Teller(given.telling, { ...toward, session: given.destination });
    return new Removing((rows) => remove({ ...given, teller }, { ...asked, fields, rows }));
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

/** What the destination does not delete stays there, and is told. @throws ConnectorError */
async function remove(
  { destination, report, telling, teller }: Given & { teller: Teller },
  { rows, ...asked }: ApplyRequest,
) {
  for (let from = 0; from < rows.length; from += atOnce) {
    const some = rows.slice(from, from + atOnce);
    const heard = await teller.gone(asked.fields, some, false);
    const kept = await telling.keep(heard, null);
    const results = await destination.apply({ ...asked, rows: some });
    const done = heard.filter(({ index, isLeft }) => {
      const { error, isMissing } = results[index] ?? {};
      return error === undefined || (isLeft && isMissing);
    });
    await telling.keep(done, null, kept);
    await telling.tell();
    const left = results.filter(({ error, isMissing }) => error !== undefined && !isMissing);
    const unknown = left.find(({ isUnknown }) => isUnknown);
    if (unknown) throw new ConnectorError('retry', unknown.error ?? '');
    const [first] = left;
    if (!first) continue;
    const message = `${left.length} records that are gone stay at the destination: ${first.error}`;
    await report.note('warning', message);
  }
}
