import { ActionIcon } from '@mantine/core';
import { IconCopy } from '@tabler/icons-react';
import classes from './body.module.css';
import { copyText } from './copy-text.ts';

// Long lines scroll, so they must be reachable by keyboard.
const scrollable = { tabIndex: 0 };

/** From this line on there is room for the language below the button. */
const linesBeside = 2;
const linesOf = (text: string) => text.trimEnd().split('\n').length;

/** Code, with a button that copies it. */
export function CodeBlock({ language, text }: { language: string; text: string }) {
  const name = language === '' ? 'Code' : `Code in ${language}`;
  return (
    <figure className={classes.figure} aria-label={name}>
      <pre className={classes.block} dir="ltr" {...scrollable}>
        <code>{text}</code>
      </pre>
      {language !== '' && (
        <span
          className={classes.language}
          data-beside={linesOf(text) <= linesBeside || undefined}
          aria-hidden
        >
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
