import type { Answer } from '../../../platform/objects.ts';

export type Decision = {
  readonly approved: boolean;
  readonly by: { readonly user_id: string; readonly name: string };
  /** What they wrote beside it. */
  readonly comment: string | null;
};

const yes = new Set(['👍', '✅', '✔', 'approve', 'approved']);
const no = new Set(['👎', '❌', '✖', 'reject', 'rejected']);
/** The word by itself, or before a sign that parts it from a reason: "approve if …" is none yet. */
const form = /^[\s`*_]*([a-z]+|\p{RGI_Emoji})[`*_]*\s*(?:$|[.!:;,–—\-]|\n)\s*(.*)$/isv;

/** How to answer, as people are told. */
export const howToAnswer =
  'To answer, react with 👍 or 👎, or write `approve` or `reject`, with a reason behind a colon if you like.';

/**
 * What was decided by what people said; undefined while nobody has. Of several who answered in the same
 * moment, whoever rejects is heard.
 */
export function decisionIn(answers: readonly Answer[]): Decision | undefined {
  const decisions = answers.flatMap(({ userId, name, said }): Decision[] => {
    const read = readDecision(said);
    return read ? [{ ...read, by: { user_id: userId, name } }] : [];
  });
  return decisions.find(({ approved }) => !approved) ?? decisions[0];
}

/** Whether it would be an answer. */
export const isDecision = ({ said }: Pick<Answer, 'said'>) => readDecision(said) !== undefined;

function readDecision(said: string): Omit<Decision, 'by'> | undefined {
  const [, word = '', rest = ''] = form.exec(said) ?? [];
  const plain = word.toLowerCase().replace(/\p{Emoji_Modifier}|\ufe0f/gu, '');
  const comment = rest.trim() === '' ? null : rest.trim();
  if (yes.has(plain)) return { approved: true, comment };
  return no.has(plain) ? { approved: false, comment } : undefined;
}
