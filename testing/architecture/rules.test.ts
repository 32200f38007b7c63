import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cycles, folderCycles } from './cycles.ts';
import { environmentOutsideConfig } from './environment.ts';
import { type Failure, print } from './failures.ts';
import { brokenFloors } from './floors.ts';
import { foreignImports } from './imports.ts';
import { emptyNames } from './names.ts';
import { longFiles, longFunctions } from './sizes.ts';
import { type Document, parse, type Source } from './sources.ts';
import { sqlOutsideStores } from './sql.ts';
import { forbiddenSyntax, forbiddenWords, unfinishedTests } from './syntax.ts';

type Rule = (sources: Source[]) => Failure[];
/** One text in `server/sync/syncs/syncs.ts`, or texts with the paths they stand in. */
type Sample = string | Record<string, string>;

describe('foreignImports', () => {
  proves(foreignImports, {
    bad: [
      { 'server/runtime/log.ts': "import { a } from '../platform/a.ts';" },
      { 'server/runtime/log.ts': "import type { A } from '../platform/a.ts';" },
      { 'server/platform/a.ts': "export * from '../sync/index.ts';" },
      { 'server/sync/index.ts': "const a = await import('../messaging/index.ts');" },
      { 'server/sync/index.ts': "let a: import('../scheduling/index.ts').A;" },
      { 'server/scheduling/index.ts': "import '../main.ts';" },
      { 'server/main.ts': "import { a } from './testing/app.ts';" },
      { 'server/elsewhere.ts': '' },
      { 'server/main.ts': "import { a } from './sync/index.ts';" },
      { 'server/operator/a.ts': "import { a } from '../sync/index.ts';" },
      { 'cli/sync/a.ts': "import('../../server/sync/index.ts');" },
      { 'contract/a.ts': "import { a } from '../server/main.ts';" },
      { 'web/a.tsx': "import { a } from '../server/runtime/ids.ts';" },
      { 'cli/a.ts': "import { a } from '../server/runtime/ids.ts';" },
      { 'cli/a.ts': "import { a } from '../web/api.ts';" },
      { 'sdk/a.ts': "import { a } from '../cli/a.ts';" },
    ],
    good: [
      { 'server/runtime/log.ts': "import { a } from '../../contract/a.ts';" },
      { 'server/platform/a.ts': "import { a } from '../runtime/a.ts';" },
      { 'server/sync/syncs/a.ts': "import { a } from '../data/a.ts';\nimport 'pg';" },
      { 'server/sync/a.test.ts': "import { a } from '../messaging/index.ts';" },
      { 'server/testing/app.ts': "import { a } from '../main.ts';" },
      { 'server/main.ts': "import { products } from './products.ts';" },
      { 'cli/sync/a.ts': "import('../../server/sync/operator/index.ts');" },
      { 'cli/a.ts': "import { serve } from '../server/main.ts';" },
      { 'cli/a.ts': "import { ensureSite } from '../web/build/ensure.ts';" },
      { 'contract/a.ts': "const text = `import { a } from '../server/main.ts'`;" },
    ],
  });
});

describe('cycles', () => {
  proves(cycles, {
    bad: [
      { 'cli/a.ts': "import './b.ts';", 'cli/b.ts': "import type { A } from './a.ts';" },
      {
        'cli/a.ts': "import './b.ts';",
        'cli/b.ts': "import './c.ts';",
        'cli/c.ts': "import './b.ts';",
      },
      { 'cli/a.ts': "import './a.ts';" },
    ],
    good: [
      {
        'cli/a.ts': "import './b.ts';\nimport './c.ts';",
        'cli/b.ts': "import './c.ts';",
        'cli/c.ts': '',
      },
    ],
  });

  test('a knot is one failure, printed as the way round', () => {
    const sources = parse([
      { path: 'cli/a.ts', text: "import './b.ts';" },
      { path: 'cli/b.ts', text: "import './c.ts';" },
      { path: 'cli/c.ts', text: "import './a.ts';\nimport './b.ts';" },
    ]);

    const failures = cycles(sources).map(print);

    assert.equal(failures.length, 1);
    assert.match(failures[0]!, /^cli\/a\.ts:1 .*cli\/a\.ts → cli\/b\.ts → cli\/c\.ts → cli\/a\.ts/);
  });
});

describe('folderCycles', () => {
  proves(folderCycles, {
    bad: [
      {
        'server/sync/syncs/a.ts': "import '../data/b.ts';",
        'server/sync/syncs/c.ts': '',
        'server/sync/data/b.ts': '',
        'server/sync/data/d.ts': "import type { C } from '../syncs/c.ts';",
      },
      {
        'server/sync/syncs/a.ts': "import './data/b.ts';",
        'server/sync/syncs/data/b.ts': "import '../c.ts';",
        'server/sync/syncs/data/d.ts': '',
        'server/sync/syncs/c.ts': "import './data/d.ts';",
      },
    ],
    good: [
      {
        'server/sync/syncs/a.ts': "import '../data/b.ts';\nimport './data/b.ts';",
        'server/sync/syncs/data/b.ts': "import '../c.ts';",
        'server/sync/syncs/c.ts': '',
        'server/sync/data/b.ts': '',
        'server/sync/data/b.test.ts': "import '../syncs/a.ts';",
      },
    ],
  });
});

describe('brokenFloors', () => {
  proves(brokenFloors, {
    bad: [
      { 'server/messaging/users/a.ts': "import '../channels/b.ts';" },
      { 'server/messaging/users/a.ts': "import '../routes.ts';" },
      { 'server/messaging/elsewhere/a.ts': '' },
    ],
    good: [
      { 'server/messaging/channels/a.ts': "import '../users/b.ts';\nimport './members/c.ts';" },
      { 'server/messaging/routes.ts': "import './channels/a.ts';" },
      { 'server/messaging/users/a.test.ts': "import '../channels/b.ts';" },
      { 'server/messaging/users/a.ts': "import '../../runtime/ids.ts';" },
    ],
  });
});

describe('sqlOutsideStores', () => {
  proves(sqlOutsideStores, {
    bad: [
      "db.query('select id, name from sync.record where id = $1')",
      'db.query(`\n  -- the newest first\n  SELECT * FROM a`)',
      'db.query(`select ${columns} from ${table}`)',
      "db.query('select r.id, r.name from sync.record r')",
      "db.query('select 1')",
      "db.query('select pg_notify($1, $2)')",
      "db.query('insert into sync.record (id) values ($1)')",
      "db.query('update sync.record set name = $1')",
      "db.query('update only a as b set name = $1')",
      "db.query('create schema if not exists sync')",
      "db.query('copy a (b, c) from stdin')",
      "db.query('delete from sync.record')",
      "db.query('with recent as (select 1) select 2')",
      "db.query('create unique index record_name on record (name)')",
      "db.query('alter table record add name text')",
      "db.query('begin')",
      "client.query<Row>('commit')",
      { 'server/runtime/database/migrate.ts': "db.query('select name from platform.migration')" },
    ],
    good: [
      { 'server/sync/syncs/store.ts': "db.query('select id from sync.record')" },
      { 'server/sync/syncs/syncs.test.ts': "db.query('select id from sync.record')" },
      { 'server/runtime/database/transact.ts': "db.query('begin'); db.query('select 1');" },
      "const label = 'select a practice';",
      "const label = 'Select a practice from the list. Then book.';",
      "const label = 'Update your profile';",
      "const label = 'delete the message';",
      "const label = 'create a table for the guests';",
      "const labels = ['Select practice (optional)', 'Create role', 'Create a role'];",
      "const label = 'Copy the link to a friend';",
      "const label = 'Delete from the list';",
      "const label = 'with whom';",
      "type Step = 'begin' | 'commit'; const step: Step = 'begin';",
      '// select id from sync.record',
    ],
  });
});

describe('environmentOutsideConfig', () => {
  proves(environmentOutsideConfig, {
    bad: [
      'const port = process.env.PORT;',
      "const port = process['env'].PORT;",
      'const port = globalThis.process.env.PORT;',
      'const { env } = process;',
      "import { env } from 'node:process';",
      'const mode = import.meta.env.MODE;',
      { 'cli/a.ts': 'const port = process.env.PORT;' },
    ],
    good: [
      { 'server/runtime/config.ts': 'const port = process.env.PORT;' },
      { 'bench/run.ts': 'const port = process.env.PORT;' },
      { 'web/a.ts': 'const mode = import.meta.env.MODE;' },
      'const id = process.pid; const text = "process.env"; // process.env',
    ],
  });
});

describe('longFiles', () => {
  proves(longFiles, {
    bad: ['go();\n'.repeat(301)],
    good: ['go();\n'.repeat(300)],
  });
});

describe('longFunctions', () => {
  const body = (lines: number) => '\n  go();'.repeat(lines);
  proves(longFunctions, {
    bad: [
      `function run() {${body(49)}\n}`,
      `const run = async () => {${body(49)}\n};`,
      `class A {\n  run() {${body(49)}\n  }\n}`,
      `test('a', () => {${body(49)}\n});`,
    ],
    good: [`function run() {${body(48)}\n}`, `describe('a', () => {${body(90)}\n});`],
  });
});

describe('emptyNames', () => {
  proves(emptyNames, {
    bad: [
      { 'server/sync/syncs/syncManager.ts': '' },
      { 'server/sync/utils/text.ts': '' },
      { 'web/ui/date-helpers.tsx': '' },
      'class AccountManager {}',
      'interface BaseRecord {}',
      'type PracticeInfo = string;',
      'export const PracticeInfo = Type.Object({});',
    ],
    good: [
      { 'server/runtime/database/library.ts': '' },
      'class Database {}\ninterface Information {}\nconst base = 1;\nconst BASE_URL = 2;',
    ],
  });
});

describe('forbiddenSyntax', () => {
  proves(forbiddenSyntax, {
    bad: [
      'enum A { b }',
      'namespace A { export const b = 1; }',
      '@sealed class A {}',
      'class A { constructor(private readonly b: string) {} }',
      'const a = b as any;',
    ],
    good: ['declare module "a" {}', 'declare global {}', 'const a = b as unknown; // as any'],
  });
});

describe('unfinishedTests', () => {
  proves(unfinishedTests, {
    bad: [
      "test.only('a', () => {});",
      "describe.skip('a', () => {});",
      "test('a', (t) => { t.todo(); });",
      "test('a', { skip: true }, () => {});",
    ],
    good: ["test('a', { timeout: 5 }, () => {});", 'page.skip(5); const only = { skip: 3 };'],
  });
});

describe('forbiddenWords', () => {
  proves(forbiddenWords, {
    bad: ['// TODO: later', '/* FIXME */ go();', '// @ts-ignore', '// @ts-nocheck'],
    good: ["const text = 'TODO';", 'const todos = `FIXME ${1} TODO`;', 'const a = /TODO/;'],
  });
});

function proves(rule: Rule, samples: { bad: Sample[]; good: Sample[] }): void {
  const all = [...samples.bad, ...samples.good].map(toDocuments);
  const sources = parse(all.flat());
  for (const [index, documents] of all.entries()) {
    const mine = sources.splice(0, documents.length);
    const verb = index < samples.bad.length ? 'catches' : 'passes';
    test(`${verb} ${JSON.stringify(documents).slice(0, 120)} (${index})`, () => {
      const failures = rule(mine).map(print);

      assert.equal(failures.length, verb === 'catches' ? 1 : 0, failures.join('\n'));
    });
  }
}

function toDocuments(sample: Sample): Document[] {
  if (typeof sample === 'string') return [{ path: 'server/sync/syncs/syncs.ts', text: sample }];
  return Object.entries(sample).map(([path, text]) => ({ path, text }));
}
