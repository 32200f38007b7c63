import { useRouter } from '@tanstack/react-router';
import type { ComponentPropsWithRef, MouseEvent } from 'react';

type PageLinkProps = ComponentPropsWithRef<'a'> & { href: string };

/**
 * A link to a page of the website. Unlike the router's own link it does not observe the location: a
 * page of posts has hundreds of them.
 */
export function PageLink({ href, onClick, children, ...others }: PageLinkProps) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (event.defaultPrevented || isModified || event.button !== 0) return;
    event.preventDefault();
    router.history.push(href);
  };
  return (
    <a {...others} href={href} onClick={follow}>
      {children}
    </a>
  );
}
