import type { Pattern } from '../pattern.ts';

/** With an escape that is no backslash: whether that is one in a text, MySQL decides by its settings. */
export const escapeSign = '|';

export function likePattern({ steps }: Pattern): string {
  return written(steps, { many: '%', one: '_' }, (text) =>
    text.replace(/[%_|]/g, `${escapeSign}$&`),
  );
}

/** As GLOB has it, which minds the case where SQLite's LIKE doesn't. */
export function globPattern({ steps }: Pattern): string {
  return written(steps, { many: '*', one: '?' }, (text) => text.replace(/[*?[]/g, '[$&]'));
}

function written(
  steps: Pattern['steps'],
  signs: { many: string; one: string },
  escaped: (text: string) => string,
): string {
  return steps
    .map((step) => (step.kind === 'text' ? escaped(step.text) : signs[step.kind]))
    .join('');
}
