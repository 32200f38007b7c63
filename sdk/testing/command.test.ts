import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { AuthorFolder } from './installed.ts';

const folder = await AuthorFolder.make();
after(() => folder.remove());

const command = (...words: string[]) => folder.run('node_modules/.bin/heddle-extension', words);
const write = (name: string, before = '', inside = '') =>
  folder.write(
    name,
    `import { defineConnector } from '@heddle/extension-sdk';
    ${before}
    const schema = { type: 'object', properties: { token: { type: 'string' } } };
    export default defineConnector({
      provider: 'tried', configSchema: { type: 'object' }, credentialsSchema: schema,
      check: ({ credentials }) => ({ ok: credentials.token === 'right', message: 'seen' }),
      discover: () => ({ objects: [{ name: 'things', fields: [{ name: 'id', type: 'text' }] }] }),
      read: () => ({ records: [{ id: 'a' }], next_cursor: 'b' }),
      ${inside}
    });`,
  );

test('check takes JSON or a file of it, and fails with what the connector says', async () => {
  write('connector.js');
  folder.write('right.json', '{ "token": "right" }');

  const shown = await command(
    'check',
    'connector.js',
    '--credentials',
    'right.json',
    '--object',
    'things',
  );

  assert.match(shown, /check: ok: seen\nthings: id text\n\{"id":"a"\}\n1 records, and more/);
  await assert.rejects(
    command('check', 'connector.js', '--credentials', '{"token":"wrong"}'),
    /check: no: seen/,
  );
  await assert.rejects(
    command('check', 'connector.js', '--credentials', '{"token":1}'),
    /credentials\.token must be a string/,
  );
  await assert.rejects(command('check', 'connector.js', '--config', 'no.json'), /--config must be/);
});

test('a mistake in the code is told with its line, of JavaScript and of TypeScript', async () => {
  const mistake = '\ncheck() { const none: any = undefined; return none.there; },';
  write('mistaken.ts', '', mistake);
  write('mistaken.js', '', mistake.replace(': any', ''));
  folder.write(
    'mistaken.test.ts',
    `import { contractTest } from '@heddle/extension-sdk/testing';
    import connector from './mistaken.ts';
    contractTest(connector, { credentials: { token: 'right' }, object: 'things' });`,
  );

  for (const file of ['mistaken.js', 'mistaken.ts']) {
    await assert.rejects(
      command('check', file, '--credentials', '{"token":"right"}'),
      (error: Error) =>
        error.message.includes(`check answered 500`) && isAt(file).test(error.message),
    );
  }
  await assert.rejects(command('test', 'mistaken.test.ts'), isAt('mistaken.ts'));
});

/** The line after those that every connector here begins with. */
const isAt = (file: string) => new RegExp(`\\(\\S+/${file.replace('.', '\\.')}:10:\\d+\\)`);

test('a bundle that needs what only Node has is refused by name', async () => {
  write('files.js', "import { readFileSync } from 'node:fs';", 'write: () => readFileSync("a"),');
  write('outer.js', 'const key = process.env.KEY;', 'name: key,');

  await assert.rejects(command('build', 'files.js'), /files\.js needs node:fs/);
  await assert.rejects(command('build', 'outer.js'), /process is not defined/);
});

test('what is no connector, or no file, is said', async () => {
  folder.write('nothing.js', 'export const a = 1;');
  folder.write('half.js', 'export default { provider: "half" };');

  await assert.rejects(command('check', 'nothing.js'), /nothing\.js exports no connector/);
  await assert.rejects(command('check', 'half.js'), /`configSchema` must be/);
  await assert.rejects(command('check', 'gone.js'), /There is no file gone\.js/);
  await assert.rejects(command('manifest', 'connector.js'), /Say where it is served/);
  await assert.rejects(command('destroy'), /heddle-extension: write a connector/);
});

test('a test that fails fails the command', async () => {
  folder.write('bad.test.js', "import { test } from 'node:test'; test('no', () => { throw 1; });");

  await assert.rejects(command('test', 'bad.test.js'), /fail 1/);
});

test('without rolldown JavaScript works, and TypeScript says what to install', async () => {
  rmSync(join(folder.path, 'node_modules/rolldown'));
  write('typed.ts');

  assert.match(await command('manifest', 'connector.js', '--url', 'https://a.example'), /"tried"/);
  await assert.rejects(command('check', 'typed.ts'), /npm install --save-dev rolldown/);
});
