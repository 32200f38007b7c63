import { parseArgs } from 'node:util';
import type { Connector } from '../connector.ts';
import type { ExtensionObject } from '../protocol.ts';
import { type Given, targetOf } from '../target.ts';
import { loadConnector } from './loading.ts';
import { objectOf, onlyFile } from './words.ts';

const sample = 5;

/** `heddle-extension check FILE`: whether it works with these credentials, and what there is. */
export async function check(words: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: words,
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      credentials: { type: 'string' },
      object: { type: 'string' },
    },
  });
  const connector = await loadConnector(onlyFile(positionals, 'check'));
  const given = {
    config: objectOf(values.config, 'config'),
    credentials: objectOf(values.credentials, 'credentials'),
  };
  await show(connector, given, values.object);
}

async function show(connector: Connector, given: Given, object?: string): Promise<void> {
  const target = targetOf(connector, given);
  const { ok, message } = await target.check();
  if (!ok) throw new Error(`check: no${message ? `: ${message}` : ''}`);
  console.log(`check: ok${message ? `: ${message}` : ''}`);
  const { objects } = await target.discover();
  for (const one of objects) console.log(lineOf(one));
  if (object === undefined) return;
  const { records, next_cursor } = await target.read({ object, limit: sample });
  for (const record of records) console.log(JSON.stringify(record));
  console.log(`${records.length} records${next_cursor ? ', and more' : ''}`);
}

function lineOf({ name, fields, key = [] }: ExtensionObject): string {
  const named = fields.map((field) => {
    const mark = key.includes(field.name) ? ' (key)' : '';
    return `${field.name} ${field.type}${mark}`;
  });
  return `${name}: ${named.join(', ')}`;
}
