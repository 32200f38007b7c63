import { createElement, Fragment, type ReactNode } from 'react';
import { mentionText } from '../../../contract/messaging/formatting/index.ts';
import type { Inline, Mention } from '../../../contract/messaging/formatting/tree.ts';
import { reads, useAudience } from './audience.ts';
import classes from './body.module.css';
import { PageLink } from './page-link.tsx';
import { useOwnId, usePerson } from './people.ts';

/** The content of a paragraph, heading or list item. */
export function inlines(nodes: readonly Inline[]): ReactNode {
  return createElement(Fragment, null, ...nodes.map(inline));
}

const markedBy = { bold: 'strong', italic: 'em', underline: 'u', strikethrough: 's' } as const;

function inline(node: Inline): ReactNode {
  switch (node.type) {
    case 'text':
      return node.text;
    case 'break':
      return <br />;
    case 'code':
      return <code className={classes.code}>{node.text}</code>;
    case 'mention':
      return <MentionChip mention={node} />;
    case 'link':
      return <TextLink url={node.url}>{inlines(node.children)}</TextLink>;
    default:
      return createElement(markedBy[node.type], null, inlines(node.children));
  }
}

/** The parser accepts no other schemes; that no script runs must not depend on it alone. */
function TextLink({ url, children }: { url: string; children: ReactNode }) {
  if (!/^(https?|mailto):/i.test(url)) return children;
  return (
    <a
      href={url}
      target="_blank"
      rel="noopener noreferrer nofollow"
      className={classes.link}
      title={url}
    >
      {children}
    </a>
  );
}

/** A mentioned user by their present name; an unknown one as it was written. */
function MentionChip({ mention }: { mention: Mention }) {
  const person = usePerson(mention.userID);
  const own = useOwnId();
  const audience = useAudience();
  if (!person) return mentionText(mention);
  // They were not notified.
  if (!reads(audience, person.user_id)) return `@${person.name}`;
  const isOwn = mention.userID === own;
  return (
    <PageLink
      href={`/${person.user_id}`}
      className={`${classes.mention} ${isOwn ? classes.ownMention : ''}`}
    >
      @{person.name}
    </PageLink>
  );
}
