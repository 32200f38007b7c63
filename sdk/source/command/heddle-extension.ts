#!/usr/bin/env node
import { build } from './build.ts';
import { check } from './check.ts';
import { dev } from './dev.ts';
import { manifest } from './manifest.ts';
import { test } from './test.ts';

const usage = `heddle-extension: write a connector for a Heddle server.

  dev FILE        serves it on this machine, prints each call, and begins anew with every change
                  --port 4700  --host 127.0.0.1  --secret whsec_… or the path of a file with
                  the answer to the registration, where no other user of the machine sees it
  check FILE      tries the credentials, and lists what there is
                  --config JSON  --credentials JSON  --object NAME (reads some records of it)
  test [FILE…]    runs tests, written in TypeScript or not; without a FILE every *.test.* below here
  build FILE      makes one file of it, for an extension of type "javascript", and its registration
                  --out dist
  manifest FILE   prints the registration of an extension of type "http"
                  --url https://…

JSON is written there, or is the path of a file with it. FILE has the connector as its default export.`;

const commands: Readonly<Record<string, (words: string[]) => Promise<void>>> = {
  dev,
  check,
  test,
  build,
  manifest,
};

const [name = '', ...words] = process.argv.slice(2);
const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (command === undefined) {
  const isAsked = ['help', '--help', '-h'].includes(name);
  (isAsked ? console.log : console.error)(usage);
  process.exitCode = isAsked ? 0 : 2;
} else {
  await command(words).catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
