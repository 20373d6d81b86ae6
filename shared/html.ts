/** Markup that this code has written. A string is never markup. */
export class Html {
  readonly markup: string

  constructor(markup: string) {
    this.markup = markup
  }
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function markupOf(value: string | Html): string {
  return value instanceof Html ? value.markup : value.replace(/[&<>"']/g, (found) => entities[found] ?? '')
}

/** A template whose strings are escaped, for text and quoted attributes. `Html` stays as it is. */
export function html(template: TemplateStringsArray, ...values: (string | Html | (string | Html)[])[]): Html {
  const filled = values.map((value) => [value].flat().map(markupOf).join(''))
  return new Html(String.raw({ raw: template }, ...filled))
}
