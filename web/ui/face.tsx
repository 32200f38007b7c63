import { Avatar } from '@mantine/core';
import { IconRobot } from '@tabler/icons-react';

const colors = ['loom', 'blue', 'violet', 'grape', 'cyan', 'indigo', 'pink'];

type FaceProps = { name: string; isBot?: boolean; size?: number };

/** Somebody's initials, always in the same color; decoration beside the name. */
export function Face({ name, isBot = false, size = 32 }: FaceProps) {
  return (
    <Avatar
      size={size}
      radius={isBot ? 'md' : 'xl'}
      color={isBot ? 'gray' : (colors[hash(name) % colors.length] as string)}
      aria-hidden
    >
      {isBot ? <IconRobot size={size * 0.6} /> : initialsOf(name)}
    </Avatar>
  );
}

function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => firstOf(word));
  return letters.join('').toLocaleUpperCase() || '?';
}

function firstOf(word = ''): string {
  return /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '';
}

function hash(text: string): number {
  let sum = 0;
  for (const letter of text) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return sum;
}
