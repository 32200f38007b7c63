import mustache from 'mustache';
import type { AppError } from '../../../runtime/errors.ts';
import { failure } from '../../filters/failures.ts';
import { isExactNumber } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import {
  depthMax,
  lengthMax,
  type Name,
  type Piece,
  partsMax,
  type Template,
  tagLengthMax,
  tagsMax,
} from './template.ts';

/** A token of mustache: its kind, what it says, where it begins; the pieces of a section come fifth. */
type Token = [kind: string, text: string, from: number, to: number, within?: Token[]];

type Source = { text: string; member: string; from: number };

/** With its cache it would keep every template for ever. */
const writer = Object.assign(new mustache.Writer(), { templateCache: undefined });

/**
 * Parses `{{Lead.Company}}` and sections, `{{#name}}…{{/name}}` and `{{^name}}…{{/name}}`: the grammar of
 * Mustache without partials and without other delimiters.
 * @param from how many characters stand before it in its member
 * @throws AppError 400 that names the character
 */
export function parseTemplate(text: string, member = 'template', from = 0): Template {
  if (text.length > lengthMax) {
    throw failure({ member }, `must be at most ${lengthMax} characters`);
  }
  if (!text.includes('{{')) return { member, pieces: text === '' ? [] : [{ kind: 'text', text }] };
  const source = { text, member, from };
  checkTags(source);
  return { member, pieces: piecesOf(source, tokensOf(source), 0) };
}

/** All names that it asks for, with what stands in sections. */
export function namesIn({ pieces }: Pick<Template, 'pieces'>): Name[] {
  return pieces.flatMap((piece) => {
    if (piece.kind === 'text') return [];
    return piece.kind === 'value' ? [piece.name] : [piece.name, ...namesIn(piece)];
  });
}

/** Of all texts in a JSON value, each with its own member: `fields.email`. @throws AppError 400 */
export function templatesIn(json: Json, member: string): Template[] {
  if (typeof json === 'string') return [parseTemplate(json, member)];
  if (json === null || typeof json !== 'object' || isExactNumber(json)) return [];
  if (Array.isArray(json)) return json.flatMap((one, at) => templatesIn(one, `${member}.${at}`));
  return Object.entries(json).flatMap(([name, one]) => templatesIn(one, `${member}.${name}`));
}

/** What mustache would do with it, or would take too long to refuse. */
function checkTags(source: Source): void {
  const { text } = source;
  let count = 0;
  for (let at = text.indexOf('{{'); at >= 0; count += 1) {
    if (count === tagsMax) throw failureAt(source, at, `must have at most ${tagsMax} tags`);
    const [opening] = /^\{\{\s*/.exec(text.slice(at, at + tagLengthMax)) ?? [''];
    const sign = text[at + opening.length];
    const closing = sign === '{' ? '}}}' : '}}';
    const end = text.slice(at, at + tagLengthMax).indexOf(closing, opening.length);
    if (end < 0) {
      const isLong = text.includes(closing, at + tagLengthMax);
      const rule = isLong ? `is longer than ${tagLengthMax} characters` : `has no ${closing}`;
      throw failureAt(source, at, `the tag that begins here ${rule}`);
    }
    if (sign === '>')
      throw failureAt(source, at, 'no other template can be put in: there are none');
    if (sign === '=') throw failureAt(source, at, 'the delimiters are always {{ and }}');
    at = text.indexOf('{{', at + end + closing.length);
  }
}

function tokensOf(source: Source): Token[] {
  try {
    return writer.parse(source.text) as Token[];
  } catch (error) {
    const [, problem = '', at = ''] = /^(.*) at (\d+)$/s.exec((error as Error).message) ?? [];
    if (problem === '') throw error;
    throw failureAt(source, Number(at), problem[0]?.toLowerCase() + problem.slice(1));
  }
}

function piecesOf(source: Source, tokens: readonly Token[], depth: number): Piece[] {
  return tokens.flatMap(([kind, text, from, , within = []]): Piece[] => {
    if (kind === 'text') return [{ kind, text }];
    if (kind === '!') return [];
    const name = nameOf(source, text, from);
    if (kind === 'name' || kind === '&') return [{ kind: 'value', name }];
    if (depth === depthMax) {
      throw failureAt(source, from, `sections must be nested at most ${depthMax} levels deep`);
    }
    const pieces = piecesOf(source, within, depth + 1);
    return [{ kind: kind === '#' ? 'some' : 'none', name, pieces }];
  });
}

function nameOf(source: Source, text: string, at: number): Name {
  const character = characterAt(source, at);
  const written = text.trim();
  if (written === '.') return { parts: [], character };
  const parts = written.split('.');
  if (parts.length > partsMax) {
    throw failureAt(source, at, `a name must have at most ${partsMax} parts between dots`);
  }
  if (parts.every((part) => part !== '')) return { parts, character };
  const found = written === '' ? 'nothing' : JSON.stringify(written);
  throw failureAt(
    source,
    at,
    `expected a name like Lead.Company between {{ and }}, found ${found}`,
  );
}

function failureAt(source: Source, at: number, message: string): AppError {
  return failure({ member: source.member, character: characterAt(source, at) }, message);
}

/** Counted as people do: a pair of surrogates is one. */
function characterAt({ text, from }: Source, at: number): number {
  const before = text.slice(0, at);
  return from + before.length - (before.match(/[\ud800-\udbff][\udc00-\udfff]/g)?.length ?? 0) + 1;
}
