import { Badge, VisuallyHidden } from '@mantine/core';

const countMax = 99;

/** The number of unread things; nothing when there are none. */
export function Unread({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <Badge size="sm" variant="filled" miw={22} px={6}>
      <span aria-hidden>{count > countMax ? `${countMax}+` : count}</span>
      <VisuallyHidden>{`, ${count > countMax ? `more than ${countMax}` : count} unread`}</VisuallyHidden>
    </Badge>
  );
}
