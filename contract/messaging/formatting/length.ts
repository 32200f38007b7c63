/** The length in Unicode code points, in which the limits of blocks and messages are given. */
export function codePointLength(text: string): number {
  let length = 0;
  for (let at = 0; at < text.length; length += 1) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return length;
}
