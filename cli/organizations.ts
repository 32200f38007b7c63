import { type Command, InvalidArgumentError, Option } from 'commander';
import { operation } from './run.ts';

const megabyte = 1024 * 1024;
const organizationOption = ['--organization <id>', 'id of the organization'] as const;

export function defineOrganizations(program: Command): void {
  const organization = program
    .command('organization')
    .description('the organizations on this server');
  operation(
    organization
      .command('create')
      .description('make an organization')
      .requiredOption('--name <name>', 'its name'),
    ({ name }, operator) => operator.createOrganization(String(name)),
  );

  defineQuota(organization);
  defineMembers(program);
}

function defineQuota(organization: Command): void {
  operation(
    organization
      .command('quota')
      .description('show or set what the files of an organization may take')
      .requiredOption(...organizationOption)
      .addOption(
        new Option('--mb <number>', 'so much, in MB of 1,048,576 bytes')
          .argParser(readMegabytes)
          .conflicts('none'),
      )
      .option('--none', 'no limit but the disk'),
    ({ organization: id, mb, none }, operator) =>
      operator.organizationQuota(String(id), none ? null : (mb as number | undefined)),
    describeQuota,
  );
}

function defineMembers(program: Command): void {
  const member = program.command('member').description('the people of an organization');
  operation(
    member
      .command('create')
      .description('make a person a member; with a password they can sign in')
      .requiredOption(...organizationOption)
      .requiredOption('--email <address>', 'where they are reached; they sign in with it')
      .option('--name <name>', 'their name; by default the address')
      .addOption(
        new Option('--role <role>', 'what they may do')
          .choices(['owner', 'admin', 'member'])
          .default('member'),
      )
      .option('--password <password>', 'at least 8 characters'),
    ({ organization: id, email, name, role, password }, operator) =>
      operator.createMember(String(id), {
        email: String(email),
        name: String(name ?? email),
        role: role as 'owner' | 'admin' | 'member',
        ...(password === undefined ? {} : { password: String(password) }),
      }),
  );

  operation(
    member
      .command('end')
      .description('end a membership with its sessions, keys, invitations and places, at once')
      .requiredOption(...organizationOption)
      .requiredOption('--email <address>', 'of the member'),
    ({ organization: id, email }, operator) => operator.endMember(String(id), String(email)),
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

export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}
