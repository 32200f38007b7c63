import { Badge, VisuallyHidden } from '@mantine/core';

const countMax = 99;

/** How much is unread; nothing when all is read. */
export function Unread({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <Badge size="sm" variant="filled" miw={22} px={6}>
      <span aria-hidden>{count > countMax ? `${countMax}+` : count}</span>
      <VisuallyHidden>{`, ${count > countMax ? `more than ${countMax}` : count} unread`}</VisuallyHidden>
    </Badge>
  );
}
