import { type Command, InvalidArgumentError, Option } from 'commander';
import { operation } from './run.ts';

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

  definePractices(program);
}

type Location = { name: string; timezone: string };

function definePractices(program: Command): void {
  const practice = program.command('practice').description('the practices of an organization');
  operation(
    practice
      .command('create')
      .description('open a practice with its locations and doctors')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name')
      .option('--email <address>', 'where its mail goes; by default to the owners')
      .option('--phone <number>', 'what patients call; mails and calendar entries name it')
      .option(
        '--country <CC>',
        'for phone numbers; by default that of the first time zone',
        readCountry,
      )
      .requiredOption('--location <NAME;TIMEZONE>', 'a location; repeatable', readLocation)
      .requiredOption('--doctor <name>', 'a doctor; repeatable', collect),
    ({ organization, name, email, phone, country, location, doctor }, operator) =>
      operator.createPractice(String(organization), {
        name: String(name),
        email: (email as string | undefined) ?? null,
        phone: (phone as string | undefined) ?? null,
        country: (country as string | undefined) ?? null,
        locations: location as Location[],
        doctors: doctor as string[],
      }),
  );
}

export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

function readLocation(text: string, before: Location[] = []): Location[] {
  const [name = '', timezone = '', ...more] = text.split(';').map((part) => part.trim());
  if (!name || !timezone || more.length > 0) {
    throw new InvalidArgumentError(
      'It has the form "NAME;TIMEZONE", "Springfield;America/Chicago".',
    );
  }
  return [...before, { name, timezone }];
}

function readCountry(text: string): string {
  if (!/^[A-Za-z]{2}$/.test(text))
    throw new InvalidArgumentError('It has two letters, such as US.');
  return text.toUpperCase();
}
