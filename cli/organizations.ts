import { type Command, Option } from 'commander';
import { organizationOption } from './options.ts';
import { operation } from './run.ts';

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
  operation(
    organization
      .command('list')
      .description('list all organizations, with the ids that others ask for'),
    (_, operator) => operator.listOrganizations(),
  );

  defineMembers(program);
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
