import * as copy from '../../../../connectors/copy-cells.ts';
import * as iso from '../../../../values/iso.ts';
import type { Batch, Bounds, Kind, Transform } from './batch.ts';
import * as changes from './changes.ts';
import * as console from './console.ts';
import * as freezing from './freezing.ts';
import * as given from './given.ts';
import * as languages from './languages.ts';
import * as outcomes from './outcome.ts';
import * as reasons from './reason.ts';
import * as texts from './texts.ts';
import * as work from './work.ts';

let batch: Batch;

/** The outcome as text: a head, a line feed, the outputs; undefined while a promise is awaited. */
function begin(
  make: (console: object) => Transform,
  kind: Kind,
  text: string,
  progress: Int32Array,
  bounds: Bounds,
): string | undefined {
  const lines: string[] = [];
  let transform: Transform;
  try {
    transform = make(console.consoleInto(lines, bounds));
  } catch (thrown) {
    return `${JSON.stringify({ unusable: reasons.reasonOf(thrown) })}\n`;
  }
  const { columns } = kind;
  const own = columns ? given.givenInLines(text, columns) : given.givenInJson(text);
  const made = { texts: [], groups: [], sources: [], characters: 0, errors: [], console: lines };
  batch = { ...kind, transform, given: own, progress, bounds, at: 0, ...made };
  work.advance(batch);
  return batch.at === kind.count ? outcomes.outcome(batch) : undefined;
}

/** After all that could go on went on: what is still awaited never comes. */
function goOn(): string | undefined {
  if (batch.at < batch.count) {
    work.fail(batch, batch.at, 'The promise that it returned never settles');
    work.advance(batch);
  }
  return batch.at === batch.count ? outcomes.outcome(batch) : undefined;
}

const modules = {
  changes,
  console,
  copy,
  freezing,
  given,
  iso,
  languages,
  outcomes,
  reasons,
  texts,
  work,
};

/**
 * What an isolate runs before any code of others: the functions of this folder as text. There they
 * know each other and the language, and nothing else; being strict, they show nobody who called whom.
 */
export const realmSource = `(() => {
'use strict';
let batch;
${Object.values(modules).flatMap(Object.values).map(String).join('\n')}
${Object.entries(modules)
  .map(([name, functions]) => `const ${name} = { ${Object.keys(functions).join(', ')} };`)
  .join('\n')}
${begin}
${goOn}
freezeRealm();
return {
  begin,
  goOn,
  complaintAbout,
  ofModule: (load) => (console) => fromModule(load, console),
  ofExpression: (code) => () => fromExpression(code),
};
})()`;
