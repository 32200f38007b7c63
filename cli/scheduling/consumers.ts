import { type Command, Option } from 'commander';
import { collect, organizationOption, plans } from '../options.ts';
import { operation } from './operation.ts';

const clientOption = ['--client-id <id>', 'id of the consumer'] as const;

export function defineConsumers(program: Command): void {
  const consumer = program.command('consumer').description('programs that use the API');
  operation(
    consumer
      .command('create')
      .description('register an API consumer; its secret is shown once')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name')
      .requiredOption('--scope <scopes>', 'scopes separated by spaces, or all')
      .option('--practice <id>', 'a practice that it reaches; repeatable; all by default', collect)
      .addOption(
        new Option('--plan <plan>', 'its rate limits').choices(plans).default('enterprise'),
      ),
    ({ organization, name, scope, practice, plan }, operator, platform) =>
      operator.createConsumer(platform, String(organization), {
        name: String(name),
        scope: String(scope),
        practices: (practice as string[] | undefined) ?? [],
        plan: String(plan),
      }),
  );
  operation(
    consumer
      .command('rotate')
      .description('make a new secret; the old one and its tokens end at once')
      .requiredOption(...clientOption),
    ({ clientId }, operator, platform) => operator.rotateConsumer(platform, String(clientId)),
  );
  operation(consumer.command('list').description('list all consumers'), (_, operator, platform) =>
    operator.listConsumers(platform),
  );
  operation(
    consumer
      .command('revoke')
      .description(
        'end a consumer and its tokens at once; withdraws its open bookings, ends its series, keeps ' +
          'appointments; can be run again',
      )
      .requiredOption(...clientOption)
      .option('--transfer-to <id>', 'the consumer that has its bookings and series from now on'),
    ({ clientId, transferTo }, operator, platform) =>
      operator.revokeConsumer(platform, String(clientId), transferTo as string | undefined),
    sayRevocation,
  );
}

function sayRevocation({ ok: _, ...counts }: { ok: true } & Record<string, number>): string {
  const said = Object.entries(counts).map(
    ([what, count]) => `${what.replaceAll('_', ' ')}: ${count}`,
  );
  return ['The consumer is revoked.', ...said].join('\n');
}
