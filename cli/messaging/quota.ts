import { type Command, InvalidArgumentError, Option } from 'commander';
import { noun, organizationOption } from '../options.ts';
import { operation } from './operation.ts';

const megabyte = 1024 * 1024;

export function defineQuota(program: Command): void {
  operation(
    noun(program, 'organization', 'the organizations on this server')
      .command('quota')
      .description('show or set what the files of an organization may take')
      .requiredOption(...organizationOption)
      .addOption(
        new Option('--mb <number>', 'so much, in MB of 1,048,576 bytes')
          .argParser(readMegabytes)
          .conflicts('none'),
      )
      .option('--none', 'no limit but the disk'),
    ({ organization: id, mb, none }, operator, platform) =>
      operator.organizationQuota(platform, String(id), none ? null : (mb as number | undefined)),
    describeQuota,
  );
}

type Quota = { bytes: number; bytes_max: number | null };

function describeQuota({ bytes, bytes_max }: Quota): string {
  const megabytes = (number: number) => `${(number / megabyte).toFixed(1)} MB`;
  const max = bytes_max === null ? 'no limit' : `at most ${megabytes(bytes_max)}`;
  return `files take ${megabytes(bytes)}; ${max}`;
}

/** Answers bytes. */
function readMegabytes(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of MB.');
  return Number(text) * megabyte;
}
