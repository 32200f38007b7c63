import { Text } from '@mantine/core';
import { type KeyboardEvent, type RefObject, useEffect, useRef } from 'react';
import { isBlank } from '../../../contract/messaging/text.ts';
import { PostBody } from './body.tsx';
import classes from './composer.module.css';
import { blocksOf, type PostPlace } from './post.ts';

type PreviewProps = {
  place: PostPlace;
  text: string;
  /** Gets the focus back when the preview ends. */
  field: RefObject<HTMLTextAreaElement | null>;
  isPreviewing: boolean;
  setPreviewing: (isPreviewing: boolean) => void;
  onSend: () => void;
};

/**
 * The formatted text in the place of the field; the field's keys send it or go back to the field.
 */
export function Preview(props: PreviewProps) {
  return props.isPreviewing ? <OpenPreview {...props} /> : null;
}

function OpenPreview({ place, text, field, setPreviewing, onSend }: PreviewProps) {
  const section = useRef<HTMLElement>(null);
  useEffect(() => {
    section.current?.focus({ preventScroll: true });
    return () => field.current?.focus();
  }, [field]);
  const take = (event: KeyboardEvent) => {
    const sends = event.key === 'Enter' && (event.ctrlKey || event.metaKey);
    if (!sends && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (sends) onSend();
    else setPreviewing(false);
  };
  return (
    <section
      ref={section}
      className={classes.preview}
      aria-label="Preview"
      tabIndex={-1}
      onKeyDown={take}
    >
      {isBlank(text) ? (
        <Text size="sm" c="dimmed">
          There is nothing to show yet.
        </Text>
      ) : (
        <PostBody blocks={blocksOf(place, text)} place={place} length="whole" />
      )}
    </section>
  );
}
