import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The one HTML file behind all pages; looked at again when it was built anew. */
export class Site {
  readonly #path: string;
  #html = '';
  #version = '';

  constructor(folder: string) {
    this.#path = join(folder, 'index.html');
  }

  /** The page for one request, whose styles carry `nonce`. */
  async page(nonce: string): Promise<SitePage> {
    try {
      await this.#refresh();
    } catch {
      return { html: missing, isBuilt: false };
    }
    return { html: this.#html.replace(placeholder, nonce), isBuilt: true };
  }

  async #refresh(): Promise<void> {
    const { mtimeMs, ino } = await stat(this.#path);
    const version = `${ino} ${mtimeMs}`;
    if (version === this.#version) return;
    this.#html = await readFile(this.#path, 'utf8');
    this.#version = version;
  }
}
