/** What stands between the wildcards of a LIKE: `%` is many, `_` is one character, `\` takes the next as it is. */
export type Step = { kind: 'many' } | { kind: 'one' } | { kind: 'text'; text: string };
export type Pattern = { text: string; steps: Step[] };

/** A longer one is no pattern that anybody wrote; the time of a match grows with it. */
export const patternLengthMax = 1_000;

/** Nothing when it ends in an escape that takes nothing. */
export function parsePattern(text: string): Pattern | undefined {
  const steps: Step[] = [];
  let isEscaped = false;
  for (const sign of text) {
    if (!isEscaped && sign === '\\') {
      isEscaped = true;
      continue;
    }
    const last = steps.at(-1);
    if (!isEscaped && sign === '%') {
      if (last?.kind !== 'many') steps.push({ kind: 'many' });
    } else if (!isEscaped && sign === '_') steps.push({ kind: 'one' });
    else if (last?.kind === 'text') last.text += sign;
    else steps.push({ kind: 'text', text: sign });
    isEscaped = false;
  }
  return isEscaped ? undefined : { text, steps };
}

/**
 * Whether texts are like the pattern, in time that grows with the text only (times a thirty-second of
 * the pattern): no pattern makes it try again.
 */
export function matcherOf({ steps }: Pattern): (text: string) => boolean {
  const kinds = steps.map(({ kind }) => kind).join(' ');
  const texts = steps.flatMap((step) => (step.kind === 'text' ? [step.text] : []));
  const [text = ''] = texts;
  switch (kinds) {
    case '':
    case 'text':
      return (value) => value === text;
    case 'many':
      return () => true;
    case 'text many':
      return (value) => value.startsWith(text);
    case 'many text':
      return (value) => value.endsWith(text);
    case 'many text many':
      return (value) => value.includes(text);
    default:
      return automatonOf(steps);
  }
}

/** All positions of the pattern at once, a bit for each (Baeza-Yates and Gonnet, "shift-and"). */
function automatonOf(steps: readonly Step[]): (text: string) => boolean {
  const { signs, loops } = positionsOf(steps);
  const words = Math.ceil((signs.length + 1) / 32);
  const stay = bitsOf(loops, words);
  const ones = signs.flatMap((sign, index) => (sign === undefined ? [index] : []));
  const others = bitsOf(ones, words);
  const bySign = new Map<string, Uint32Array>();
  for (const [index, sign] of signs.entries()) {
    if (sign === undefined) continue;
    const bits = bySign.get(sign) ?? others.slice();
    bits[index >>> 5]! |= 1 << (index & 31);
    bySign.set(sign, bits);
  }
  const end = signs.length;
  return (text) => {
    const state = new Uint32Array(words);
    state[0] = 1;
    for (const sign of text) {
      if (!advance(state, bySign.get(sign) ?? others, stay)) return false;
    }
    return ((state[end >>> 5]! >>> (end & 31)) & 1) === 1;
  };
}

/** A state moves on where its sign is the text's, and stays where a `%` stands before it. */
function advance(state: Uint32Array, moving: Uint32Array, stay: Uint32Array): boolean {
  let carry = 0;
  let left = 0;
  for (let index = 0; index < state.length; index += 1) {
    const moved = state[index]! & moving[index]!;
    const next = ((moved << 1) | carry | (state[index]! & stay[index]!)) >>> 0;
    carry = moved >>> 31;
    state[index] = next;
    left |= next;
  }
  return left !== 0;
}

/** The characters to be met one by one (undefined is any), and before which of them a `%` stands. */
function positionsOf(steps: readonly Step[]) {
  const signs: (string | undefined)[] = [];
  const loops: number[] = [];
  for (const step of steps) {
    if (step.kind === 'many') loops.push(signs.length);
    else if (step.kind === 'one') signs.push(undefined);
    else signs.push(...step.text);
  }
  return { signs, loops };
}

function bitsOf(positions: readonly number[], words: number): Uint32Array {
  const bits = new Uint32Array(words);
  for (const position of positions) bits[position >>> 5]! |= 1 << (position & 31);
  return bits;
}
