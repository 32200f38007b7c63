import { parseArgs } from 'node:util';
import { loadConnector } from './loading.ts';
import { registrationOf } from './registration.ts';
import { onlyFile } from './words.ts';

/** `heddle-extension manifest FILE --url …`: what registers it where it is served. */
export async function manifest(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: { url: { type: 'string' } },
  });
  const file = onlyFile(positionals, 'manifest');
  const { url } = values;
  if (url === undefined || !URL.canParse(url)) {
    throw new Error('Say where it is served: --url https://extensions.example.com/recalls');
  }
  const { name, provider, version, manifest } = registrationOf(await loadConnector(file), file);
  console.log(JSON.stringify({ name, provider, version, type: 'http', url, manifest }, null, 2));
}
