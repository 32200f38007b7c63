import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { buildInto } from '../build/build.ts';

const run = promisify(execFile);
const sdk = join(import.meta.dirname, '..');
const modules = join(sdk, '../node_modules');
/** What an author installs beside the package; here there is no registry. */
const besides = ['rolldown', 'typescript', '@types/node', 'undici-types', 'typebox'];

/** A folder of an author, with the package installed in it from its tarball. */
export class AuthorFolder {
  readonly path: string;
  readonly env: NodeJS.ProcessEnv;

  private constructor(path: string) {
    this.path = path;
    this.env = { ...process.env, PATH: outerPath(), npm_config_update_notifier: 'false' };
    // What the runner of our own tests says to its children is not for theirs.
    delete this.env.NODE_TEST_CONTEXT;
    delete this.env.NODE_OPTIONS;
  }

  /** Empty, but for the tarball. */
  static async begin(): Promise<{ folder: AuthorFolder; tarball: string }> {
    const folder = new AuthorFolder(mkdtempSync(join(tmpdir(), 'heddle-author-')));
    return { folder, tarball: await folder.#pack() };
  }

  static async make(): Promise<AuthorFolder> {
    const { folder, tarball } = await AuthorFolder.begin();
    folder.write('package.json', '{ "name": "author", "version": "1.0.0", "type": "module" }');
    await folder.run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball]);
    for (const name of besides) folder.#link(name);
    folder.#link('.bin/tsc');
    return folder;
  }

  /** @throws Error with everything that it wrote, when it fails */
  async run(command: string, words: string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    const options = { cwd: this.path, env: { ...this.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const { stdout, stderr } = await run(command, words, options).catch((error) => {
      throw new Error(`${command} ${words.join(' ')}\n${error.stdout}\n${error.stderr}`);
    });
    return stdout + stderr;
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.path, name), text);
  }

  copy(folder: string): void {
    cpSync(folder, this.path, {
      recursive: true,
      filter: (path) => !path.endsWith('package.json'),
    });
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  async #pack(): Promise<string> {
    const staged = join(this.path, '.packing');
    mkdirSync(staged);
    for (const name of ['package.json', 'README.md']) cpSync(join(sdk, name), join(staged, name));
    buildInto(join(staged, 'dist'));
    const options = { cwd: staged, env: this.env };
    const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--silent'], options);
    return join(staged, stdout.trim());
  }

  #link(name: string): void {
    const at = join(this.path, 'node_modules', name);
    mkdirSync(join(at, '..'), { recursive: true });
    symlinkSync(join(modules, name), at);
  }
}

/** Without the programs of this project: its Node is not that of authors. */
function outerPath(): string {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.filter((folder) => !folder.includes('node_modules')).join(delimiter);
}
