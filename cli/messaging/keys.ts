import { type Command, Option } from 'commander';
import { organizationOption, plans } from '../options.ts';
import { operation } from './operation.ts';

export function defineKeys(program: Command): void {
  const key = program.command('key').description('static API keys');
  operation(
    key
      .command('create')
      .description('make a static key; it is shown once')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name')
      .addOption(
        new Option('--kind <kind>', 'the API it is for')
          .choices(['threads', 'sync'])
          .default('threads'),
      )
      .option(
        '--scope <scopes>',
        'scopes of other products, separated by spaces, for a key of Sync',
      )
      .addOption(
        new Option('--plan <plan>', 'its rate limits').choices(plans).default('professional'),
      ),
    ({ organization, name, kind, scope = '', plan }, operator, platform) =>
      operator.createKey(platform, String(organization), {
        name: String(name),
        kind: kind as 'threads' | 'sync',
        scope: String(scope),
        plan: String(plan),
      }),
  );
  operation(
    key
      .command('revoke')
      .description('end a static key at once')
      .requiredOption(...organizationOption)
      .requiredOption('--id <id>', 'id of the key'),
    ({ organization, id }, operator, platform) =>
      operator.revokeKey(platform, String(organization), String(id)),
  );
}
