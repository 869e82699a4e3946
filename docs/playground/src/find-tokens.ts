/**
 * Where the tokens are in what somebody pasted: a bare token, an `Authorization` header, a cookie, a URL with a query or a
 * fragment, JSON, a command line.
 */

export interface FoundToken {
  readonly token: string;
  /** What it was called where it stood: `Bearer`, `id_token`. Empty when nothing said so. */
  readonly name: string;
}

// A base64url JSON object starts with these: {" and {} and { followed by white space. Then one to four dots.
const candidate = /(?<![\w.-])e(?:[wy][\w-]|30)[\w-]*(?:\.[\w-]*){1,4}/g;
const scheme = /^(?:authorization\s*:\s*)?(bearer|dpop)\s+/i;

/** The tokens in a text. Where none can be made out, the text itself is looked at as one, however broken. */
export function findTokens(pasted: string): readonly FoundToken[] {
  const text = pasted.trim();
  if (text === "") return [];
  const name = scheme.exec(text)?.[1] ?? "";
  const bare = text.replace(scheme, "");
  // Not only the alphabet of base64url: a token that was padded or encoded with + and / is to be shown, not cut.
  if (/^[\w+/=.-]+$/.test(bare)) return [{ token: bare, name }];
  const joined = joinLines(bare);
  if (joined !== undefined) return [{ token: joined, name }];
  const found = scan(text);
  if (found.length > 0) return found;
  const unescaped = scan(
    text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
  );
  return unescaped.length > 0 ? unescaped : [{ token: bare, name }];
}

function scan(text: string): readonly FoundToken[] {
  const found = new Map<string, string>();
  for (const match of text.matchAll(candidate)) {
    // The full stop of a sentence is no part of the token in front of it.
    const token = match[0].split(".").length === 4 ? match[0].replace(/\.$/, "") : match[0];
    if (!found.has(token)) found.set(token, nameBefore(text.slice(Math.max(0, match.index - 80), match.index)));
  }
  return Array.from(found, ([token, name]) => ({ token, name }));
}

/** `id_token=`, `"access_token": "`, `Authorization: Bearer `. */
function nameBefore(text: string): string {
  return /\b(bearer|dpop)\s+$/i.exec(text)?.[1] ?? /([a-z_][\w.-]{0,39})["']?\s*[=:]\s*["']?$/i.exec(text)?.[1] ?? "";
}

/** One token that was broken into lines, as e-mail and terminals do; not one token to the line. */
function joinLines(text: string): string | undefined {
  const lines = text.split(/\s+/);
  const joined = lines.join("");
  if (lines.length === 1 || !/^e[wy3][\w+/=.-]*$/.test(joined)) return undefined;
  const dots = joined.split(".").length - 1;
  const complete = lines.filter((line) => /^e[wy3][\w-]*\.[\w-]*\.[\w-]*$/.test(line)).length;
  return dots > 4 || complete > 1 || (complete === 1 && dots > 2) ? undefined : joined;
}
