import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Context, createContext, runInContext } from 'node:vm';
import { checkConnector } from '../connector.ts';
import { bundle } from './bundling.ts';
import { existing } from './loading.ts';
import { registrationOf } from './registration.ts';
import { onlyFile } from './words.ts';

/** `heddle-extension build FILE`: one file, which the server runs, and what registers it. */
export async function build(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { out: { type: 'string', default: 'dist' } },
  });
  const file = onlyFile(positionals, 'build');
  const { code, imports } = await bundle(existing(file), { format: 'cjs', keepsPackages: false });
  if (imports.length > 0) {
    throw new Error(
      `${file} needs ${imports.join(', ')}: a bundle has no modules of Node, only fetch and what ` +
        'the language has. Serve it yourself in place of that, as an extension of type "http".',
    );
  }
  const connector = evaluate(code, file);
  const { manifest, ...names } = registrationOf(connector, file);
  if (manifest.hosts?.length === 0) {
    console.warn('It names no `hosts`: its fetch may go nowhere.');
  }
  const { out } = values;
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'extension.cjs'), code);
  const registration = { ...names, type: 'javascript', code, manifest };
  writeFileSync(join(out, 'extension.json'), `${JSON.stringify(registration, null, 2)}\n`);
  console.log(
    `${join(out, 'extension.cjs')}: ${names.provider} ${names.version}, ${code.length} characters`,
  );
  console.log(`${join(out, 'extension.json')}: the body of POST /v1/extensions`);
}

/** Runs it as the server does, without what only Node has. @throws Error when it needs that */
function evaluate(code: string, file: string) {
  const context = bareContext();
  try {
    runInContext(code, context, { filename: 'extension.cjs', timeout: 5_000 });
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`${file} does not start at a server, where only the language is: ${message}`);
  }
  const { exports } = context.module as { exports: { default?: unknown } };
  const connector = exports.default ?? exports;
  checkConnector(connector);
  return connector;
}

/** What an isolate of the server has beside the language. */
function bareContext(): Context {
  const module = { exports: {} };
  const { URL, URLSearchParams, Headers, Response, fetch, AbortController, AbortSignal } =
    globalThis;
  const { TextEncoder, TextDecoder, atob, btoa, crypto, console } = globalThis;
  const { setTimeout, clearTimeout, queueMicrotask } = globalThis;
  return createContext({
    ...{ URL, URLSearchParams, Headers, Response, fetch, AbortController, AbortSignal },
    ...{ TextEncoder, TextDecoder, atob, btoa, crypto, console },
    ...{ setTimeout, clearTimeout, queueMicrotask },
    module,
    exports: module.exports,
  });
}
