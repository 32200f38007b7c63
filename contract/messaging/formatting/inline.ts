import { addressEnd, beginsAddress, isTarget } from './addresses.ts';
import { bindingOf, isWordUnit } from './edges.ts';
import {
  append,
  closeFrame,
  dissolveFrom,
  type Frame,
  findFrame,
  isMarker,
  type Marker,
  openFrame,
} from './frames.ts';
import { findLandmarks, type Landmarks, runEnd } from './landmarks.ts';
import { isInPath, type Word } from './paths.ts';
import { readReference } from './references.ts';
import type { Steps } from './steps.ts';
import type { Inline } from './tree.ts';

type Scan = {
  readonly text: string;
  readonly steps: Steps;
  readonly landmarks: Landmarks;
  readonly frames: Frame[];
  readonly word: Word;
  /** What comes next, and where the text begins that is in no frame yet. */
  at: number;
  textStart: number;
  /** Where something was last seen that is more than punctuation. */
  contentAt: number;
};

/** Reads what stands at `scan.at`, or leaves it to be text. */
type Taker = (scan: Scan) => boolean;

const marks: Readonly<Record<string, Taker>> = {
  '\n': takeBreak,
  '`': takeCode,
  '*': takeMarkers,
  '/': takeMarkers,
  _: takeMarkers,
  '-': takeMarkers,
};

const everything: Readonly<Record<string, Taker>> = {
  ...marks,
  '[': takeLink,
  '<': takeMention,
  h: takeAddress,
  H: takeAddress,
};

/** The text of a paragraph, a heading or an item of a list. */
export function parseInline(text: string, steps: Steps): Inline[] {
  return read(text, steps, everything);
}

function read(text: string, steps: Steps, takers: Readonly<Record<string, Taker>>): Inline[] {
  const scan = scanOf(text, steps);
  while (scan.at < text.length) {
    steps.count += 1;
    if (takers[text[scan.at]!]?.(scan) !== true) pass(scan);
  }
  flush(scan);
  dissolveFrom(scan.frames, 1);
  return scan.frames[0]!.children;
}

function scanOf(text: string, steps: Steps): Scan {
  return {
    text,
    steps,
    landmarks: findLandmarks(text, steps),
    frames: [{ marker: '', start: 0, children: [] }],
    word: { end: 0, isPath: false },
    at: 0,
    textStart: 0,
    contentAt: -1,
  };
}

function pass(scan: Scan): void {
  if (isWordUnit(scan.text.charCodeAt(scan.at))) scan.contentAt = scan.at;
  scan.at += 1;
}

/** The text so far goes into the innermost frame; what comes next begins at `next`. */
function flush(scan: Scan, next: number = scan.at): void {
  const text = scan.text.slice(scan.textStart, scan.at);
  if (text !== '') append(scan.frames.at(-1)!.children, { type: 'text', text });
  scan.at = next;
  scan.textStart = next;
}

function add(scan: Scan, inline: Inline, end: number): true {
  scan.contentAt = scan.at;
  flush(scan, end);
  append(scan.frames.at(-1)!.children, inline);
  return true;
}

function takeBreak(scan: Scan): boolean {
  flush(scan, scan.at + 1);
  append(scan.frames.at(-1)!.children, { type: 'break' });
  return true;
}

function takeCode(scan: Scan): boolean {
  const start = runEnd(scan.text, scan.at);
  const end = scan.landmarks.codeEnds.get(scan.at);
  scan.steps.count += start - scan.at;
  if (end === undefined) {
    scan.at = start;
    return true;
  }
  const text = codeOf(scan.text.slice(start, end));
  return add(scan, { type: 'code', text }, end + start - scan.at);
}

/** One space at both ends sets backticks apart: ``` `` ` `` ```. A line ends as a space. */
function codeOf(source: string): string {
  const text = source.replaceAll('\n', ' ');
  const isPadded = text.startsWith(' ') && text.endsWith(' ') && text.trim() !== '';
  return isPadded ? text.slice(1, -1) : text;
}

function takeLink(scan: Scan): boolean {
  const { text, at, steps } = scan;
  const { partners } = scan.landmarks;
  const nameEnd = partners.get(at);
  const end = nameEnd === undefined ? undefined : partners.get(nameEnd + 1);
  if (nameEnd === undefined || end === undefined || text[nameEnd + 1] !== '(') return false;
  const name = text.slice(at + 1, nameEnd);
  if (!isTarget(text, nameEnd + 2) || name.trim() === '') return false;
  const url = text.slice(nameEnd + 2, end);
  steps.count += end - at;
  return add(scan, { type: 'link', url, children: read(name, steps, marks) }, end + 1);
}

function takeMention(scan: Scan): boolean {
  const mention = readReference(scan.text, scan.at, '<@', scan.steps);
  if (mention === undefined) return false;
  const { id: userID, label, end } = mention;
  return add(scan, { type: 'mention', userID, label }, end);
}

function takeAddress(scan: Scan): boolean {
  if (!beginsAddress(scan.text, scan.at)) return false;
  // A slash is more often the address's own than the end of italics.
  const open = scan.frames.map(({ marker }) => marker.charAt(0)).filter((mark) => mark !== '/');
  const end = addressEnd(scan.text, scan.at, new Set(open), scan.steps);
  if (end === scan.at) return false;
  const url = scan.text.slice(scan.at, end);
  return add(scan, { type: 'link', url, children: [{ type: 'text', text: url }] }, end);
}

/** Reads the markers that stand together; what is before and after them all decides. */
function takeMarkers(scan: Scan): boolean {
  const { text, at: start } = scan;
  let end = start;
  while (end < text.length && /[*/_-]/.test(text[end]!)) end += 1;
  const { opens, closes } = bindingOf(text, start, end);
  scan.steps.count += end - start;
  while (scan.at < end) {
    const marker = nextMarker(text, scan.at, end);
    const next = scan.at + marker.length;
    const isBound = isMarker(marker) && (opens || closes) && !isInPathAt(scan, marker);
    const isTaken = isBound && ((closes && close(scan, marker)) || (opens && open(scan, marker)));
    if (!isTaken) scan.at = next;
  }
  return true;
}

/** A run of one repeated character. */
function nextMarker(text: string, start: number, end: number): string {
  let at = start;
  while (at < end && text[at] === text[start]) at += 1;
  return text.slice(start, at);
}

function isInPathAt(scan: Scan, marker: Marker): boolean {
  return marker === '/' && isInPath(scan.text, scan.at, scan.word, scan.steps);
}

function close(scan: Scan, marker: Marker): boolean {
  const frame = scan.frames[findFrame(scan.frames, marker)];
  if (frame === undefined || scan.contentAt < frame.start) return false;
  flush(scan, scan.at + marker.length);
  closeFrame(scan.frames, marker);
  return true;
}

function open(scan: Scan, marker: Marker): boolean {
  flush(scan, scan.at + marker.length);
  openFrame(scan.frames, marker, scan.at);
  return true;
}
