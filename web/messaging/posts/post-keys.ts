/** The post that has the focus, or contains what has it. */
export function focusedPost(): string | undefined {
  const post = document.activeElement?.closest<HTMLElement>('[data-post]');
  return post?.dataset.post;
}

/** Moves the focus to the post after (1) or before (-1) the one that has it. */
export function stepPosts(within: HTMLElement | null, step: 1 | -1): void {
  const posts = [...(within?.querySelectorAll<HTMLElement>('[data-post]') ?? [])];
  const at = posts.findIndex((post) => post.contains(document.activeElement));
  const next = at < 0 ? posts[step === 1 ? 0 : posts.length - 1] : posts[at + step];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}
