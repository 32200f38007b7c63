import { ActionIcon } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import classes from './body.module.css';
import { copyText } from './copy-text.ts';

// Long lines scroll, so the keyboard has to reach them.
const scrollable = { tabIndex: 0 };

/** Where there are fewer, the button is in the place of the language. */
const linesOf = (text: string) => text.trimEnd().split('\n').length;

/** Code as it is, with a button that copies it. */
export function CodeBlock({ language, text }: { language: string; text: string }) {
  const name = language === '' ? 'Code' : `Code in ${language}`;
  return (
    <figure className={classes.figure} aria-label={name}>
      <pre className={classes.block} dir="ltr" {...scrollable}>
        <code>{text}</code>
      </pre>
      {language !== '' && linesOf(text) > 2 && (
        <span className={classes.language} aria-hidden>
          {language}
        </span>
      )}
      <ActionIcon
        className={classes.copy}
        variant="default"
        size="sm"
        title="Copy"
        aria-label="Copy code"
        onClick={() => void copyText(text, 'The code is copied.')}
      >
        <IconCopy size={14} />
      </ActionIcon>
    </figure>
  );
}
