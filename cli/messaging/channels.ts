import type { Command } from 'commander';
import { collect, organizationOption } from '../options.ts';
import { operation } from './operation.ts';

const memberOption = ['--member <email>', 'a member; repeatable', collect] as const;
const keyOption = ['--key <id>', 'an API key whose bot is in it; repeatable', collect] as const;

export function defineChannels(program: Command): void {
  operation(
    program
      .command('channel')
      .description('channels, which hold threads')
      .command('create')
      .description('open a channel; without members and keys everybody is in it')
      .requiredOption(...organizationOption)
      .requiredOption('--name <name>', 'its name, with or without #')
      .option('--private', 'only its members see it; without members and keys the owners')
      .option(...memberOption)
      .option(...keyOption),
    ({ organization, name, private: isPrivate, ...named }, operator, platform) =>
      operator.createChannel(platform, String(organization), {
        name: String(name),
        isPrivate: isPrivate === true,
        ...namedOf(named),
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
      .option(...memberOption)
      .option(...keyOption),
    ({ organization, name, ...named }, operator, platform) =>
      operator.createChat(platform, String(organization), {
        name: String(name),
        ...namedOf(named),
      }),
  );
}

function namedOf({ member, key }: Record<string, unknown>) {
  return {
    emails: (member as string[] | undefined) ?? [],
    keys: (key as string[] | undefined) ?? [],
  };
}
