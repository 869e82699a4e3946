// Stand-ins for `Uint8Array.fromBase64` and `Uint8Array.prototype.toBase64` (ECMAScript 2026), written from the
// specification's FromBase64 and ToBase64: Node.js has them from version 25 on, and the tests run on 20 too.
// Where a runtime has its own, that is what is tested, and base64url.test.ts compares the stand-in with it.

type Alphabet = "base64" | "base64url";
export interface FromBase64Options {
  readonly alphabet?: Alphabet;
  readonly lastChunkHandling?: "loose" | "strict" | "stop-before-partial";
}
export interface ToBase64Options {
  readonly alphabet?: Alphabet;
  readonly omitPadding?: boolean;
}
export type FromBase64 = (text: string, options?: FromBase64Options) => Uint8Array<ArrayBuffer>;
export type ToBase64 = (this: Uint8Array, options?: ToBase64Options) => string;

const shared = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const lettersOf = (alphabet: Alphabet): string => shared + (alphabet === "base64url" ? "-_" : "+/");
const isWhitespace = (character: string): boolean => character !== "" && "\t\n\f\r ".includes(character);

/** https://tc39.es/ecma262/multipage/structured-data.html#sec-frombase64 */
export const fromBase64: FromBase64 = (text, { alphabet = "base64", lastChunkHandling = "loose" } = {}) => {
  if (typeof text !== "string") throw new TypeError("expected a string");
  const letters = lettersOf(alphabet);
  const bytes: number[] = [];
  let chunk: number[] = [];
  let at = 0;
  const skip = (): void => { while (isWhitespace(text.charAt(at))) at++; };
  const result = (): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);
  for (;;) {
    skip();
    if (at === text.length) {
      if (chunk.length === 0 || lastChunkHandling === "stop-before-partial") return result();
      if (lastChunkHandling === "strict" || chunk.length === 1) throw new SyntaxError("incomplete chunk");
      bytes.push(...decodeChunk(chunk, false));
      return result();
    }
    const character = text.charAt(at++);
    if (character === "=") {
      if (chunk.length < 2) throw new SyntaxError("misplaced padding");
      skip();
      if (chunk.length === 2) {
        if (at === text.length) {
          if (lastChunkHandling === "stop-before-partial") return result();
          throw new SyntaxError("incomplete padding");
        }
        if (text.charAt(at) === "=") {
          at++;
          skip();
        }
      }
      if (at < text.length) throw new SyntaxError("text after the padding");
      bytes.push(...decodeChunk(chunk, lastChunkHandling === "strict"));
      return result();
    }
    const value = letters.indexOf(character);
    if (value < 0) throw new SyntaxError("not in the alphabet");
    chunk.push(value);
    if (chunk.length === 4) {
      bytes.push(...decodeChunk(chunk, false));
      chunk = [];
    }
  }
};

function decodeChunk(chunk: readonly number[], throwOnExtraBits: boolean): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = chunk;
  const whole = [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d];
  const length = chunk.length - 1;
  if (throwOnExtraBits && (whole[length] ?? 0) !== 0) throw new SyntaxError("extra bits");
  return whole.slice(0, length);
}

/** https://tc39.es/ecma262/multipage/structured-data.html#sec-uint8array.prototype.tobase64 */
export const toBase64: ToBase64 = function ({ alphabet = "base64", omitPadding = false } = {}) {
  const letters = lettersOf(alphabet);
  let text = "";
  for (let at = 0; at < this.length; at += 3) {
    const [a = 0, b, c] = this.subarray(at, at + 3);
    text += letters.charAt(a >> 2) + letters.charAt(((a & 3) << 4) | ((b ?? 0) >> 4));
    text += b === undefined ? (omitPadding ? "" : "=") : letters.charAt(((b & 15) << 2) | ((c ?? 0) >> 6));
    text += c === undefined ? (omitPadding ? "" : "=") : letters.charAt(c & 63);
  }
  return text;
};

/** Gives `Uint8Array` these two, or none with `undefined`; returns how to undo it. */
export function install(functions: { readonly fromBase64: FromBase64; readonly toBase64: ToBase64 } | undefined): () => void {
  const places = [[Uint8Array, "fromBase64"], [Uint8Array.prototype, "toBase64"]] as const;
  const before = places.map(([place, name]) => Object.getOwnPropertyDescriptor(place, name));
  for (const [place, name] of places) {
    Reflect.deleteProperty(place, name);
    if (functions !== undefined) Object.defineProperty(place, name, { value: functions[name], configurable: true, writable: true });
  }
  return () => {
    for (const [i, [place, name]] of places.entries()) {
      Reflect.deleteProperty(place, name);
      const descriptor = before[i];
      if (descriptor !== undefined) Object.defineProperty(place, name, descriptor);
    }
  };
}
