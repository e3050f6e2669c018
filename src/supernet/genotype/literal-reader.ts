// Reads the literals that genotypes are written in, Python's and JSON's, and keeps the position of each value.
// It knows nothing of cells; cell-reader.ts reads those.

import { MixopError } from '../../base/errors.ts';

/** `at` is the offset of the first character within the quotes. */
export interface StringLiteral {
  readonly kind: 'string';
  readonly at: number;
  readonly value: string;
}

/** `at` is an offset into the text. */
export type Literal =
  | StringLiteral
  | { readonly kind: 'integer'; readonly at: number; readonly value: number }
  /** `[...]`, `(...)` and `range(...)`. */
  | { readonly kind: 'list'; readonly at: number; readonly items: readonly Literal[] }
  /** `Genotype(key=value, ...)` and `{'key': value, ...}`. */
  | { readonly kind: 'record'; readonly at: number; readonly fields: ReadonlyMap<string, Literal> };

/** Genotypes nest four deep; the bound keeps hostile text from exhausting the stack. */
const maxDepth = 16;
const maxRange = 1000;

export class LiteralReader {
  readonly text: string;
  readonly source: string;
  /** How the text should be written: the remedy where it is malformed. */
  readonly form: string;
  #at = 0;

  constructor(text: string, source: string, form: string) {
    this.text = text;
    this.source = source;
    this.form = form;
  }

  /** The one value of the text; `name =` may precede it. */
  read(): Literal {
    this.#space();
    this.#match(/[A-Za-z_][\w.]*\s*=/y);
    this.#space();
    const value = this.text[this.#at] === '|' ? this.#bare() : this.#value(0);
    this.#space();
    if (this.#at < this.text.length) this.#expected('the end of the text');
    return value;
  }

  /** `source:line:column`, both from 1. */
  placeOf(at: number): string {
    const before = this.text.slice(0, at).split('\n');
    return `${this.source}:${before.length}:${before.at(-1)!.length + 1}`;
  }

  fail(at: number, problem: string, remedy: string): never {
    throw new MixopError('data', this.placeOf(at), problem, remedy);
  }

  /** A NAS-Bench-201 string without quotes extends to the end of the text. */
  #bare(): StringLiteral {
    const at = this.#at;
    this.#at = this.text.length;
    return { at, kind: 'string', value: this.text.slice(at).trimEnd() };
  }

  #value(depth: number): Literal {
    this.#space();
    const at = this.#at;
    if (depth > maxDepth)
      this.fail(at, `brackets nest deeper than ${maxDepth}`, 'remove the surplus brackets');
    const integer = this.#match(/-?\d{1,15}(?![\w.])/y);
    // Adding 0 turns -0 into 0.
    if (integer !== undefined) return { at, kind: 'integer', value: Number(integer) + 0 };
    if (this.#match(/\[/y) !== undefined) return { at, kind: 'list', items: this.#items(']', depth) };
    if (this.#match(/\(/y) !== undefined) return { at, kind: 'list', items: this.#items(')', depth) };
    if (this.#match(/\{/y) !== undefined) return { at, kind: 'record', fields: this.#fields('}', depth) };
    if (this.#match(/Genotype\s*\(/y) !== undefined) {
      return { at, kind: 'record', fields: this.#fields(')', depth) };
    }
    if (this.#match(/range\s*\(/y) !== undefined) return this.#range(at, depth);
    if (/['"]/.test(this.text[at] ?? '')) return { at: at + 1, kind: 'string', value: this.#string() };
    return this.#expected('a list, a string, a whole number, range(...) or Genotype(...)');
  }

  #items(close: string, depth: number): readonly Literal[] {
    const items: Literal[] = [];
    while (!this.#closed(close, items.length === 0)) items.push(this.#value(depth + 1));
    return items;
  }

  #fields(close: '}' | ')', depth: number): ReadonlyMap<string, Literal> {
    const fields = new Map<string, Literal>();
    while (!this.#closed(close, fields.size === 0)) {
      this.#space();
      const at = this.#at;
      const key = close === '}' ? this.#string() : this.#match(/[A-Za-z_]\w*/y);
      if (key === undefined) return this.#expected('a name such as normal');
      if (fields.has(key)) this.fail(at, `'${key}' is duplicated`, 'remove one of them');
      this.#space();
      const sign = close === '}' ? ':' : '=';
      if (this.text[this.#at] !== sign) return this.#expected(`'${sign}'`);
      this.#at++;
      fields.set(key, this.#value(depth + 1));
    }
    return fields;
  }

  /** Whether the bracket closes here; otherwise skips the comma that must separate items. */
  #closed(close: string, first: boolean): boolean {
    this.#space();
    const comma = !first && this.text[this.#at] === ',';
    if (comma) {
      this.#at++;
      this.#space();
    }
    if (this.text[this.#at] === close) {
      this.#at++;
      return true;
    }
    if (!first && !comma) return this.#expected(`',' or '${close}'`);
    if (this.#at === this.text.length) return this.#expected(`'${close}'`);
    return false;
  }

  #range(at: number, depth: number): Literal {
    const bounds = this.#items(')', depth).map((bound) => {
      if (bound.kind === 'integer') return bound.value;
      return this.fail(bound.at, 'expected a whole number', 'write range(first, end)');
    });
    if (bounds.length < 1 || bounds.length > 2) {
      this.fail(at, `range with ${bounds.length} bounds`, 'write range(first, end)');
    }
    const end = bounds.at(-1)!;
    const first = bounds.length === 2 ? bounds[0]! : 0;
    if (end - first > maxRange) {
      this.fail(at, `a range of ${end - first} states`, `a cell has fewer than ${maxRange}`);
    }
    const items = Array.from({ length: Math.max(0, end - first) }, (_, i): Literal => ({
      at,
      kind: 'integer',
      value: first + i,
    }));
    return { at, kind: 'list', items };
  }

  /** Names need no escapes, so a backslash is refused. */
  #string(): string {
    const quoted = this.#match(/'[^'\\\r\n]*'|"[^"\\\r\n]*"/y);
    return quoted === undefined ? this.#expected('a quoted name') : quoted.slice(1, -1);
  }

  #space(): void {
    this.#match(/\s*/y);
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }

  #expected(what: string): never {
    const rest = /^[\w.]+|^./su.exec(this.text.slice(this.#at, this.#at + 40))?.[0];
    const found = rest === undefined ? 'the text ends' : `'${rest}' found`;
    return this.fail(this.#at, `${found} where ${what} was expected`, this.form);
  }
}
