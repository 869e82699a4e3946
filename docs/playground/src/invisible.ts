/** Which characters of a text a reader would not see: controls, bidi marks, zero-width and unassigned ones, lone surrogates. */

export interface TextPart {
  readonly text: string;
  /** Whether `text` is the escape of characters that cannot be seen. */
  readonly escaped: boolean;
}

// Line feeds stay: they come from the page's own layout of JSON.
const invisible = /((?:(?!\n)[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}])+)/u;

export function splitInvisible(text: string): readonly TextPart[] {
  // Split by a group: every second part is one.
  return text
    .split(invisible)
    .map((part, i) => ({ text: i % 2 === 1 ? escape(part) : part, escaped: i % 2 === 1 }))
    .filter((part) => part.text !== "");
}

function escape(text: string): string {
  return Array.from(text, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`).join("");
}
