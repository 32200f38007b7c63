import type { Command } from 'commander';
import { organizationOption } from '../options.ts';
import { heddle } from '../output.ts';
import { readInput } from '../secret.ts';
import { list, minuteOf, printable } from '../table.ts';
import { operation } from './operation.ts';

type Extension = {
  id: string;
  organization?: string;
  name: string;
  provider: string;
  version: string;
  type: string;
  url: string | null;
  created_at: string;
  secret?: string;
};

const idArgument = ['<extension>', 'its id, or provider@version'] as const;

export function defineExtensions(program: Command): void {
  const extension = program
    .command('extension')
    .description('connectors of your own; heddle connection create --provider uses them');
  defineRegister(extension);
  operation(
    extension
      .command('list')
      .description('list the extensions, each version')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listExtensions(platform, organization as string | undefined),
    describeAll,
  );
  operation(
    extension
      .command('rotate')
      .description('give an extension over HTTP another secret; the old one holds for a day, too')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.rotateExtension(platform, id),
    describe,
  );
  operation(
    extension
      .command('delete')
      .description('delete a version that no connection uses')
      .argument(...idArgument)
      .option('--force', 'also where connections use it: they get the status "error"'),
    ({ force }, acts, platform, [id = '']) => acts.deleteExtension(platform, id, force === true),
  );
}

function defineRegister(extension: Command): void {
  operation(
    extension
      .command('register')
      .description('register a version of a connector')
      .requiredOption(...organizationOption)
      .argument('<file>', 'what heddle-extension build or manifest writes; - is standard input')
      .option('--code <file>', 'its code, where that is in a file of its own')
      .option('--url <url>', 'where it is served, in place of what the file says'),
    async ({ organization, code, url }, acts, platform, [file = '']) => {
      const given = readJson(await readInput(file, 'Registration'));
      return acts.registerExtension(platform, String(organization), {
        ...given,
        ...(code === undefined ? {} : { code: await readInput(String(code), 'Code') }),
        ...(url === undefined ? {} : { url: String(url) }),
      });
    },
    describe,
  );
}

function readJson(text: string): object {
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given === 'object' && given !== null) return given;
  } catch {}
  throw new Error('The registration must be a JSON object, as heddle-extension build writes it.');
}

function describe({ id, name, provider, version, type, url, secret }: Extension): string {
  const shown = { id, name, provider, version, type, ...(url ? { url } : {}) };
  const lines = Object.entries({ ...shown, ...(secret ? { secret } : {}) }).map(
    ([what, value]) => `${what.padEnd(8)}  ${printable(value)}`,
  );
  const note = 'The secret signs what is sent to it, and is shown this once.';
  return [...lines, ...(secret ? [note] : [])].join('\n');
}

function describeAll(extensions: Extension[]): string {
  const rows = extensions.map(
    ({ name, provider, version, type, id, created_at, organization }) => ({
      name,
      ...{ provider, version, type, id },
      registered: minuteOf(created_at),
      organization,
    }),
  );
  return list(rows, `There is no extension yet: ${heddle} extension register --help`, {
    leaveOut: ['organization', 'registered', 'id'],
    shorten: 'name',
  });
}
