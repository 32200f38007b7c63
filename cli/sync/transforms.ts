import { type Command, Option } from 'commander';
import { collect, organizationOption } from '../options.ts';
import { heddle } from '../output.ts';
import { readInput } from '../secret.ts';
import { list, minuteOf, printable } from '../table.ts';
import { operation } from './operation.ts';
import { recordsIn } from './settings.ts';

type Kind = 'javascript' | 'jsonata';
type Transform = {
  id: string;
  organization?: string;
  name: string;
  type: Kind;
  code: string;
  version: number;
  updated_at: string;
};
type Tested = {
  results: { index: number; records: Record<string, unknown>[]; error: string | null }[];
  console: string[];
};

const idArgument = ['<transform>', 'id or name of the transform'] as const;
const fileText = 'a file with its code; - is standard input';
const recordsMax = 100;

export function defineTransforms(program: Command): void {
  const transform = program
    .command('transform')
    .description('code that changes records on their way');
  defineWriting(transform);
  operation(
    transform
      .command('list')
      .description('list the transforms')
      .option('--organization <id>', 'of one organization only'),
    ({ organization }, acts, platform) =>
      acts.listTransforms(platform, organization as string | undefined),
    describeAll,
  );
  operation(
    transform
      .command('show')
      .description('show the code of a transform')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.showTransform(platform, id),
    ({ code }: Transform) => code.replace(/\n$/, ''),
  );
  defineTest(transform);
  operation(
    transform
      .command('delete')
      .description('delete a transform that no sync uses')
      .argument(...idArgument),
    (_, acts, platform, [id = '']) => acts.deleteTransform(platform, id),
  );
}

function defineWriting(transform: Command): void {
  const kind = () =>
    new Option('--type <type>', 'by default what the ending of the file says').choices([
      ...['javascript', 'jsonata'],
    ]);
  operation(
    transform
      .command('create')
      .description('keep the code of a transform; heddle sync create --transform uses it')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name')
      .addOption(kind())
      .argument('<file>', fileText),
    async ({ organization, name, type }, acts, platform, [file = '']) =>
      acts.createTransform(platform, String(organization), {
        name: String(name),
        type: (type as Kind | undefined) ?? kindOf(file),
        code: await readInput(file, 'Code'),
      }),
    describe,
  );
  operation(
    transform
      .command('change')
      .description('change a transform; a run goes on with the code that it began with')
      .argument(...idArgument)
      .option('--name <name>', 'its name')
      .addOption(kind())
      .argument('[file]', fileText),
    async ({ name, type }, acts, platform, [id = '', file]) =>
      acts.changeTransform(platform, id, {
        ...(name === undefined ? {} : { name: String(name) }),
        ...(type === undefined ? {} : { type: type as Kind }),
        ...(file === undefined ? {} : { code: await readInput(file, 'Code') }),
      }),
    describe,
  );
}

function defineTest(transform: Command): void {
  operation(
    transform
      .command('test')
      .description('show what becomes of some records; fails when one of them does')
      .argument(...idArgument)
      .argument('[file]', 'records as JSON, a list or one in a line; - is standard input')
      .option('--record <json>', 'a record; repeatable', collect),
    async ({ record = [] }, acts, platform, [id = '', file]) => {
      const texts = [...(record as string[])];
      if (file !== undefined) texts.push(await readInput(file, 'Records'));
      const records = texts.flatMap(recordsIn);
      if (records.length === 0 || records.length > recordsMax) {
        throw new Error(`Give 1 to ${recordsMax} records: --record '{"id": 1}', or a file.`);
      }
      const tested = await acts.testTransform(platform, id, records);
      if (tested.results.some(({ error }) => error !== null)) process.exitCode = 1;
      return tested;
    },
    describeTest,
  );
}

function kindOf(file: string): Kind {
  if (/\.[cm]?js$/.test(file)) return 'javascript';
  if (file.endsWith('.jsonata')) return 'jsonata';
  throw new Error('Say what it is written in: --type javascript or --type jsonata.');
}

function describe({ id, name, type, version }: Transform): string {
  return Object.entries({ id, name, type, version })
    .map(([what, value]) => `${what.padEnd(7)}  ${printable(String(value))}`)
    .join('\n');
}

function describeAll(transforms: Transform[]): string {
  const rows = transforms.map(({ id, name, type, version, updated_at, organization }) => ({
    name,
    type,
    version,
    id,
    changed: minuteOf(updated_at),
    organization,
  }));
  return list(rows, `There is no transform yet: ${heddle} transform create --help`, {
    leaveOut: ['organization', 'changed', 'id'],
    shorten: 'name',
  });
}

function describeTest({ results, console: lines }: Tested): string {
  const said = results.flatMap(({ index, records, error }) => {
    if (error !== null) return [`record ${index} failed: ${printable(error)}`];
    if (records.length === 0) return [`record ${index} is dropped`];
    return records.map((record) => `record ${index} becomes ${printable(JSON.stringify(record))}`);
  });
  return [...said, ...lines.map((line) => `console: ${printable(line)}`)].join('\n');
}
