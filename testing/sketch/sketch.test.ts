import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const sketch = join(import.meta.dirname, 'tree');
const left = ['node_modules', '.git', 'web/dist', 'bench', 'testing/sketch/tree'];

const tree = await mkdtemp(join(tmpdir(), 'heddle-sketch-'));
await cp(root, tree, {
  recursive: true,
  filter: (path) => !left.includes(relative(root, path)),
});
await symlink(join(root, 'node_modules'), join(tree, 'node_modules'));
const before = await filesOf(tree);
await addProduct();
after(() => rm(tree, { recursive: true }));

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
}

/** The sketch of a third product: its folders, and its line in the one list. */
async function addProduct(): Promise<void> {
  for (const file of await filesOf(sketch)) {
    const target = join(tree, relative(sketch, file));
    assert.ok(!before.includes(target), `${target} is there already`);
    await cp(file, target);
    if (target.endsWith('.checks.ts')) await rename(target, target.replace('.checks.', '.test.'));
  }
  const list = join(tree, 'contract/products.ts');
  const line = `export { product as equipment } from './equipment/product.ts';\n`;
  await writeFile(list, `${await readFile(list, 'utf8')}${line}`);
}

// Nobody will run what is compiled here again.
const { NODE_COMPILE_CACHE: _, ...env } = process.env;
const node = (...args: string[]) =>
  run(process.execPath, args, { cwd: tree, env, maxBuffer: 64 * 1024 * 1024 }).catch((error) => {
    throw new Error(`${error.stdout}\n${error.stderr}`);
  });

test('a product is its own folders and one line: it compiles with all that derive from it', async () => {
  const settings = {
    extends: './tsconfig.json',
    compilerOptions: { incremental: false, tsBuildInfoFile: null },
    include: [
      'contract/*.ts',
      '*/equipment/**/*',
      'server/main.ts',
      'cli/heddle.ts',
      'web/main.tsx',
      'web/*/area.tsx',
      'web/*.ts',
    ],
    exclude: ['**/*.test.ts'],
  };
  await writeFile(join(tree, 'tsconfig.sketch.json'), JSON.stringify(settings));

  await run(join(tree, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.sketch.json'], {
    cwd: tree,
  }).catch((error) => assert.fail(error.stdout));
  await rm(join(tree, 'tsconfig.sketch.json'));
});

test('it works, and the guards of the tree hold for it', async () => {
  const guards = ['testing/architecture.test.ts', 'contract/contract.test.ts'];
  const own = 'server/equipment/devices/devices.test.ts';

  await node('--test', '--test-isolation=none', own, ...guards);
});

test('its command is there', async () => {
  const { stdout } = await node('cli/heddle.ts', 'device', 'list', '--help');

  assert.match(stdout, /^Usage: heddle device list .*--organization <id>/s);
});
