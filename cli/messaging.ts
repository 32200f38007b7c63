import type { Command } from 'commander';
import { collect } from './organizations.ts';
import { operation } from './run.ts';

const organizationOption = ['--organization <id>', 'id of the organization'] as const;

export function defineMessaging(program: Command): void {
  operation(
    program
      .command('channel')
      .description('channels, which hold threads')
      .command('create')
      .description('open a channel with everybody in it')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name, with or without #')
      .option('--private', 'only its members see it'),
    ({ organization, name, private: isPrivate }, operator) =>
      operator.createChannel(String(organization), {
        name: String(name),
        isPrivate: isPrivate === true,
      }),
  );
  operation(
    program
      .command('chat')
      .description('group chats')
      .command('create')
      .description('open a chat; without members and keys everybody is in it')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name')
      .option('--member <email>', 'a member; repeatable', collect)
      .option('--key <id>', 'an API key whose bot is in it; repeatable', collect),
    ({ organization, name, member, key }, operator) =>
      operator.createChat(String(organization), {
        name: String(name),
        emails: (member as string[] | undefined) ?? [],
        keys: (key as string[] | undefined) ?? [],
      }),
  );
}
