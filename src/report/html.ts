// HTML that is safe by construction: `html` escapes every value that a template is given, unless it is `Html` itself.
// What comes out of a run's folder is never `Html`, so that no section of a report can forget to escape it.

import { escapeText } from '../base/escape-text.ts';

/** Markup. The private field makes the type nominal: no text, and nothing read from JSON, passes for it. */
export class Html {
  readonly #markup: string;

  private constructor(markup: string) {
    this.#markup = markup;
  }

  /** Markup that something else made and has escaped. */
  static trusted(markup: string): Html {
    return new Html(markup);
  }

  toString(): string {
    return this.#markup;
  }
}

/** A part of a template; an empty string leaves it out. */
export type Part = string | number | Html | readonly Part[];

/** The tag of templates: attributes must be in double quotes. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return Html.trusted(String.raw({ raw: literals }, ...parts.map(markupOf)));
}

export function joined(parts: readonly Html[], separator: string): Html {
  return Html.trusted(parts.map(markupOf).join(markupOf(separator)));
}

/** Escapes by what a value is, not by its type: a run's folder may hold text where a number belongs. */
function markupOf(part: Part): string {
  if (part instanceof Html) return part.toString();
  if (Array.isArray(part)) return (part as readonly Part[]).map(markupOf).join('');
  return escapeText(String(part));
}
