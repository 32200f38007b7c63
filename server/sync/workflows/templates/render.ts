import { isDeep, depthMax as jsonDepthMax } from '../../values/depth.ts';
import { isExactNumber } from '../../values/exact-json.ts';
import type { Json } from '../../values/types.ts';
import { begins, lookUp } from './lookup.ts';
import { parseTemplate } from './parse.ts';
import type { Scope } from './scope.ts';
import type { Name, Piece, Template } from './template.ts';

/** Why a template could not be rendered; its message says nothing of the data. */
export class TemplateError extends Error {}

/** `pattern`: of a LIKE, where a value is no wildcard; a function: as whatever reads the text needs it. */
export type Escape = 'none' | 'html' | 'pattern' | ((value: string) => string);

/** `missing`: names that led nowhere; what they stand for is empty. */
export type Rendered = { text: string; missing: string[] };

export const charactersMax = 2 ** 20;
const stepsMax = 100_000;

/**
 * Fills in what the names stand for, once: what a value says is text, whatever it looks like. Objects
 * and arrays are written as JSON. `html` escapes all values, whether they stand in two braces or in three.
 * @throws TemplateError when the result would be too large
 */
export function render(
  template: Template,
  scope: Scope,
  options: { escape?: Escape } = {},
): Rendered {
  const rendering = new Rendering(options.escape ?? 'none');
  rendering.write(template.pieces, [scope as Json]);
  return rendering.result;
}

/**
 * The same for all texts in a JSON value, which stays what it is otherwise: no value breaks out of its
 * text. A text that is one tag and nothing else becomes the value itself: a number stays a number, an
 * object is put in, and what is missing is null.
 * @throws TemplateError, and AppError 400 for a template that can't be parsed
 */
export function renderValue(json: Json, scope: Scope): { value: Json; missing: string[] } {
  const rendering = new Rendering('none');
  const value = rendering.value(json, [scope as Json], jsonDepthMax);
  return { value, missing: rendering.result.missing };
}

class Rendering {
  readonly #escape: Escape;
  readonly #missing = new Set<string>();
  #text = '';
  #characters = 0;
  #steps = 0;

  constructor(escaping: Escape) {
    this.#escape = escaping;
  }

  get result(): Rendered {
    return { text: this.#text, missing: [...this.#missing] };
  }

  /** @param around from the innermost section outwards */
  write(pieces: readonly Piece[], around: readonly Json[]): void {
    for (const piece of pieces) {
      this.#step();
      if (piece.kind === 'text') this.#add(piece.text);
      else if (piece.kind === 'value') this.#add(this.#escaped(this.#find(piece.name, around)));
      else this.#section(piece.kind, piece.pieces, found(piece.name, around), around);
    }
  }

  value(json: Json, around: readonly Json[], levels: number): Json {
    this.#step();
    if (levels < 0)
      throw new TemplateError(`A value is nested deeper than ${jsonDepthMax} levels.`);
    if (typeof json === 'string') return this.#valueOf(parseTemplate(json), around);
    if (json === null || typeof json !== 'object' || isExactNumber(json)) return json;
    if (Array.isArray(json)) return json.map((one) => this.value(one, around, levels - 1));
    const members = Object.entries(json);
    return Object.fromEntries(
      members.map(([name, one]) => [name, this.value(one, around, levels - 1)]),
    );
  }

  #valueOf({ pieces }: Template, around: readonly Json[]): Json {
    const [first] = pieces;
    if (pieces.length === 1 && first?.kind === 'value') {
      const value = this.#find(first.name, around);
      this.#count(textOf(value).length);
      return value;
    }
    const before = this.#text;
    this.#text = '';
    this.write(pieces, around);
    const text = this.#text;
    this.#text = before;
    return text;
  }

  #section(
    kind: 'some' | 'none',
    pieces: readonly Piece[],
    value: Json,
    around: readonly Json[],
  ): void {
    const isNothing = isEmpty(value);
    if (kind === 'none') {
      if (isNothing) this.write(pieces, around);
      return;
    }
    if (isNothing) return;
    const elements = Array.isArray(value) ? value : [value];
    for (const element of elements) {
      this.#step();
      this.write(pieces, [element, ...around]);
    }
  }

  #find(name: Name, around: readonly Json[]): Json {
    const value = lookedUp(name, around);
    if (value === undefined) this.#missing.add(name.parts.join('.'));
    return value ?? null;
  }

  #escaped(value: Json): string {
    const escaped = typeof this.#escape === 'string' ? escapes[this.#escape] : this.#escape;
    return escaped(textOf(value));
  }

  #add(text: string): void {
    this.#count(text.length);
    this.#text += text;
  }

  #count(characters: number): void {
    this.#characters += characters;
    if (this.#characters > charactersMax) {
      throw new TemplateError(`The text would be longer than ${charactersMax} characters.`);
    }
  }

  #step(): void {
    this.#steps += 1;
    if (this.#steps > stepsMax) {
      throw new TemplateError(`The template would take more than ${stepsMax} steps to fill in.`);
    }
  }
}

/** A name belongs to the innermost section in which it begins. */
function lookedUp({ parts }: Name, around: readonly Json[]): Json | undefined {
  if (parts.length === 0) return around[0];
  const within = around.find((one) => begins(one, parts));
  return within === undefined ? undefined : lookUp(within, parts);
}

function found(name: Name, around: readonly Json[]): Json {
  return lookedUp(name, around) ?? null;
}

/** As Mustache sees it. */
function isEmpty(value: Json): boolean {
  return Array.isArray(value) ? value.length === 0 : !value;
}

function textOf(value: Json): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (isDeep(value, jsonDepthMax)) {
    throw new TemplateError(`A value is nested deeper than ${jsonDepthMax} levels.`);
  }
  return JSON.stringify(value) ?? '';
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapes: Record<Extract<Escape, string>, (text: string) => string> = {
  none: (text) => text,
  html: (text) => text.replace(/[&<>"']/g, (sign) => entities[sign] as string),
  pattern: (text) => text.replace(/[\\%_]/g, '\\$&'),
};
