import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Side } from '../../../contract/pages.ts';

/** Where the build puts the website. */
export const builtSite = join(import.meta.dirname, '../../../web/dist');

const placeholder = 'the-nonce-of-the-request';

const missing = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Heddle</title></head>
  <body>
    <h1>The website is not built</h1>
    <p>Build it with <code>npm run build</code>, and reload this page. The APIs work without it;
    their reference is at <a href="/docs">/docs</a>.</p>
  </body>
</html>
`;

export type SitePage = { html: string; isBuilt: boolean };

/** The HTML documents of all pages; read again after they were rebuilt. */
export class Site {
  readonly #files: Readonly<Record<Side, HtmlFile>>;

  constructor(folder: string) {
    this.#files = {
      inside: new HtmlFile(join(folder, 'index.html')),
      outside: new HtmlFile(join(folder, 'public.html')),
    };
  }

  /** The page for one request, whose styles carry `nonce`. */
  async page(side: Side, nonce: string): Promise<SitePage> {
    try {
      const html = await this.#files[side].read();
      return { html: html.replace(placeholder, nonce), isBuilt: true };
    } catch {
      return { html: missing, isBuilt: false };
    }
  }
}

/** A file that is replaced as a whole, and is only read again after that. */
class HtmlFile {
  readonly #path: string;
  #html = '';
  #version = '';

  constructor(path: string) {
    this.#path = path;
  }

  async read(): Promise<string> {
    const { mtimeMs, ino } = await stat(this.#path);
    const version = `${ino} ${mtimeMs}`;
    if (version !== this.#version) {
      this.#html = await readFile(this.#path, 'utf8');
      this.#version = version;
    }
    return this.#html;
  }
}
