import type { OutsideContext } from '../../platform/context.ts';
import { keyText, noteCauses } from '../causes/causes.ts';
import type { Sessions } from '../connections/sessions.ts';
import { selectConnection } from '../connections/store.ts';
import type { Description } from '../connectors/connector.ts';

type Written = {
  readonly connectionId: string;
  readonly described: Description;
  readonly key: readonly string[] | undefined;
  readonly records: readonly Readonly<Record<string, unknown>>[];
};

/** Says of records that a workflow writes over the API how deep it stands: before they are written. */
export async function noteCaused(
  ctx: OutsideContext,
  { providers }: Pick<Sessions, 'providers'>,
  { connectionId: connection_id, described, key = described.key, records }: Written,
): Promise<void> {
  const { depth = 0, organization } = ctx;
  if (depth === 0) return;
  const connection = await selectConnection(ctx.db, organization, connection_id);
  // What is of this server says so itself.
  if (!connection || providers.find(connection.provider)?.own) return;
  const causes = records.map((record) => {
    const parts = key.map((name) => [name, textOf(record[name])] as const);
    const isNamed = parts.length > 0 && parts.every(([, text]) => text !== null);
    const named = isNamed ? keyText(Object.fromEntries(parts)) : '';
    return { connection_id, object: described.name, key: named, depth };
  });
  await ctx.transaction(({ tx }) => noteCauses(tx, organization, causes));
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
