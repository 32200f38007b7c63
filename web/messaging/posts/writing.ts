import type { PostPlace } from './post.ts';

/**
 * Replaces text in a field as if it were typed: it can be undone, and the field reports the change.
 */
export function replaceRange(
  field: HTMLTextAreaElement,
  start: number,
  end: number,
  text: string,
): void {
  field.focus();
  field.setSelectionRange(start, end);
  if (document.execCommand('insertText', false, text)) return;
  field.setRangeText(text, start, end, 'end');
  field.dispatchEvent(new Event('input', { bubbles: true }));
}

/** Puts a marker on both sides of the selection, or removes it; the selection stays. */
export function surround(field: HTMLTextAreaElement, marker: string): void {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const length = marker.length;
  const isMarked =
    value.slice(start - length, start) === marker && value.slice(end, end + length) === marker;
  const selected = value.slice(start, end);
  if (isMarked) {
    replaceRange(field, start - length, end + length, selected);
    field.setSelectionRange(start - length, end - length);
  } else {
    replaceRange(field, start, end, marker + selected + marker);
    field.setSelectionRange(start + length, end + length);
  }
}

/** Puts a prefix before each selected line, or removes it. */
export function prefixLines(field: HTMLTextAreaElement, prefix: string): void {
  const { selectionStart, selectionEnd, value } = field;
  const start = value.lastIndexOf('\n', selectionStart - 1) + 1;
  const next = value.indexOf('\n', selectionEnd);
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split('\n');
  const hasAll = lines.every((line) => line.startsWith(prefix));
  const changed = lines.map((line) => (hasAll ? line.slice(prefix.length) : prefix + line));
  replaceRange(field, start, end, changed.join('\n'));
}

/** Makes the selection a link; without an address, a placeholder is selected to be overwritten. */
export function linkSelection(field: HTMLTextAreaElement, address?: string): void {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const name = value.slice(start, end) || 'name';
  // A parenthesis would end the link.
  const shown = (address ?? 'https://').replaceAll('(', '%28').replaceAll(')', '%29');
  replaceRange(field, start, end, `[${name}](${shown})`);
  if (address !== undefined) return;
  const at = start + name.length + 3;
  field.setSelectionRange(at, at + shown.length);
}

export function isAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

/** Whether a selection can name a link: words on one line that are not an address themselves. */
export function isLinkable(selected: string): boolean {
  return selected.trim() !== '' && !/[[\]<>\n]/.test(selected) && !isAddress(selected.trim());
}

/** The text to insert at a position so that `line` is a line of its own. */
export function ownLine(place: PostPlace, text: string, at: number, line: string): string {
  const gap = place === 'chat' ? '\n' : '\n\n';
  const [before, after] = [text.slice(0, at).trimEnd(), text.slice(at)];
  const head = before === '' ? '' : missing(text.slice(before.length, at), gap);
  return `${head}${line}${missing(/^\n*/.exec(after)?.[0] ?? '', gap)}`;
}

function missing(present: string, gap: string): string {
  const breaks = present.split('\n').length - 1;
  return gap.slice(Math.min(breaks, gap.length));
}

/** A name without what a label cannot contain: angle brackets and line breaks. */
export function asLabel(name: string): string {
  return name.replace(/[<>\s]+/g, ' ').trim();
}
