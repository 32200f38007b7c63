const lengthMax = 120;
/**
 * Of the name that a client sends, which may be a whole path, only so many characters at the end
 * are read.
 */
const givenLengthMax = 1_000;

/**
 * The name under which a file is stored and can be saved: without the path, control characters and
 * whatever systems or readers could misread, and with the ending of its type.
 */
export function fileName(given: string, ending: string): string {
  const last = given.slice(-givenLengthMax).toWellFormed().split(/[/\\]/).at(-1) ?? '';
  const bare = last
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}<>:|?*]+/gu, ' ')
    .replace(/\.[^.]*$/, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+|[. ]+$/g, '');
  const stem = [...bare].slice(0, lengthMax).join('').trim();
  return `${stem || 'file'}.${ending}`;
}

/**
 * A Content-Disposition with which a browser shows a file in place, and names it when it is saved
 * (RFC 6266, RFC 8187).
 */
export function dispositionOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|[%"\\]/g, '_');
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `inline; filename="${plain}"; filename*=UTF-8''${exact}`;
}
