import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { translated } from './dialect.ts';
import { Refusal } from './refusal.ts';
import { is, type Token } from './tokens.ts';

type Merged = { readonly inserted: number; readonly updated: number };

/** `MERGE INTO t AS a USING (…) AS b ON … WHEN MATCHED … WHEN NOT MATCHED …`. */
export function merge(
  engine: DatabaseSync,
  tokens: readonly Token[],
  schema: string,
  binds: readonly SQLInputValue[],
): Merged {
  const say = (part: readonly Token[]) => translated(part, schema);
  const [using, on, ...whens] = topLevel(tokens, ['USING', 'ON', 'WHEN']);
  const target = say([{ kind: 'word', text: 'FROM' }, ...tokens.slice(2, using)]).slice(5);
  const source = tokens.slice(using! + 1, on);
  const alias = say(source.slice(-1));
  const condition = say(tokens.slice(on! + 1, whens[0]));
  engine.exec('drop table if exists temp.merging');
  engine.prepare(`create temp table merging as select * from ${say(source)}`).run(...binds);
  const from = `temp.merging as ${alias}`;
  const twice = `select 1 from ${target} join ${from} on ${condition}
    group by ${aliasOf(target)}.rowid having count(*) > 1`;
  if (engine.prepare(twice).get()) {
    throw new Refusal('100090', '42P18', 'Duplicate row detected during DML action');
  }
  const clauses = whens.map((at, place) => tokens.slice(at + 1, whens[place + 1]));
  // Both are found before either is done.
  engine.exec('drop table if exists temp.coming');
  engine.exec(`create temp table coming as select * from ${from}
    where not exists (select 1 from ${target} where ${condition})`);
  let updated = 0;
  let inserted = 0;
  for (const clause of clauses) {
    const then = clause.findIndex((token) => is(token, 'THEN'));
    if (is(clause[0], 'MATCHED')) {
      const more = is(clause[1], 'AND') ? ` and (${say(clause.slice(2, then))})` : '';
      const sets = say(clause.slice(then + 3));
      const text = `update ${target} set ${sets} from ${from} where ${condition}${more}`;
      updated += Number(engine.prepare(text).run().changes);
      continue;
    }
    const values = clause.findIndex((token) => is(token, 'VALUES'));
    const columns = say(clause.slice(then + 2, values));
    const cells = say(clause.slice(values + 2, -1));
    const text = `insert into ${target.replace(/ AS .*/, '')} ${columns} select ${cells} from temp.coming as ${alias}`;
    inserted += Number(engine.prepare(text).run().changes);
  }
  engine.exec('drop table temp.merging; drop table temp.coming');
  return { inserted, updated };
}

function aliasOf(target: string): string {
  return target.split(' ').at(-1) as string;
}

/** Where these words stand in no parentheses. */
function topLevel(tokens: readonly Token[], words: readonly string[]): number[] {
  let depth = 0;
  return tokens.flatMap((token, at) => {
    if (is(token, '(', 'CASE')) depth += 1;
    if (is(token, ')', 'END')) depth -= 1;
    return depth === 0 && is(token, ...words) ? [at] : [];
  });
}
