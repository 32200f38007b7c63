import { type Command, Option } from 'commander';
import { collect } from './organizations.ts';
import { operation } from './run.ts';

const plans = ['developer', 'professional', 'enterprise', 'unlimited'];
const organizationOption = ['--organization <id>', 'id of the organization'] as const;
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
    ({ organization, name, scope, practice, plan }, operator) =>
      operator.createConsumer(String(organization), {
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
    ({ clientId }, operator) => operator.rotateConsumer(String(clientId)),
  );
  operation(consumer.command('list').description('list all consumers'), (_, operator) =>
    operator.listConsumers(),
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
    ({ clientId, transferTo }, operator) =>
      operator.revokeConsumer(String(clientId), transferTo as string | undefined),
    sayRevocation,
  );
  defineKeys(program);
}

function sayRevocation({ ok: _, ...counts }: { ok: true } & Record<string, number>): string {
  const said = Object.entries(counts).map(
    ([what, count]) => `${what.replaceAll('_', ' ')}: ${count}`,
  );
  return ['The consumer is revoked.', ...said].join('\n');
}

function defineKeys(program: Command): void {
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
      .addOption(
        new Option('--plan <plan>', 'its rate limits').choices(plans).default('professional'),
      ),
    ({ organization, name, kind, plan }, operator) =>
      operator.createKey(String(organization), {
        name: String(name),
        kind: kind as 'threads' | 'sync',
        plan: String(plan),
      }),
  );
  operation(
    key
      .command('revoke')
      .description('end a static key at once')
      .requiredOption(...organizationOption)
      .requiredOption('--id <id>', 'id of the key'),
    ({ organization, id }, operator) => operator.revokeKey(String(organization), String(id)),
  );
}
