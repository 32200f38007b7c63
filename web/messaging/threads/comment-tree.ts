import type { CommentState } from '../../../contract/messaging/website/shapes.ts';

/** Deeper answers are shown at this depth, and name whom they answer. */
export const depthMax = 4;

export type CommentRow = {
  comment: CommentState;
  /** 0 for an answer to the thread itself. */
  depth: number;
  /** Whether it is shown less deep than it is. */
  isFlat: boolean;
  /** The number of comments below it, visible or not. */
  answers: number;
};

/**
 * Comments in display order: each above its answers, branches in the order of their numbers. A
 * deleted one is left out unless something below it is not, or a link points to it (`keptId`).
 */
export function commentRows(
  comments: readonly CommentState[],
  collapsed: ReadonlySet<string>,
  keptId?: string,
): CommentRow[] {
  const counts = countShown(comments, keptId);
  const children = Map.groupBy(
    comments.filter(({ comment_id }) => counts.has(comment_id)),
    ({ parent_id }) => parent_id,
  );
  const rows: CommentRow[] = [];
  // A stack, since a branch can be deeper than the call stack.
  const stack = (children.get(null) ?? []).map((comment) => ({ comment, depth: 0 })).reverse();
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { comment, depth } = next;
    const answers = (counts.get(comment.comment_id) ?? 1) - 1;
    rows.push({
      comment,
      depth: Math.min(depth, depthMax),
      isFlat: depth > depthMax,
      answers,
    });
    if (collapsed.has(comment.comment_id)) continue;
    const below = children.get(comment.comment_id) ?? [];
    for (const child of below.toReversed()) stack.push({ comment: child, depth: depth + 1 });
  }
  return rows;
}

/**
 * How many comments of each branch are shown, its root included; branches without any are absent.
 */
function countShown(
  comments: readonly CommentState[],
  keptId: string | undefined,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  // A parent has a lower number than its answers.
  for (const { comment_id, parent_id, deleted_at } of comments.toReversed()) {
    const below = counts.get(comment_id) ?? 0;
    if (deleted_at !== null && below === 0 && comment_id !== keptId) continue;
    counts.set(comment_id, below + 1);
    if (parent_id !== null) counts.set(parent_id, (counts.get(parent_id) ?? 0) + below + 1);
  }
  return counts;
}

/** The ancestors of a comment, from the thread down. */
export function ancestorsOf(comments: readonly CommentState[], id: string): string[] {
  const parents = new Map(comments.map((one) => [one.comment_id, one.parent_id]));
  const ancestors: string[] = [];
  for (let parent = parents.get(id); parent; parent = parents.get(parent)) ancestors.push(parent);
  return ancestors;
}
