// Stand-ins for `Uint8Array.fromBase64`, `Uint8Array.prototype.setFromBase64` and `toBase64` (ECMAScript 2026), written from the
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
export type SetFromBase64 = (
  this: Uint8Array,
  text: string,
  options?: FromBase64Options,
) => { readonly read: number; readonly written: number };
export type ToBase64 = (this: Uint8Array, options?: ToBase64Options) => string;

const shared = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const lettersOf = (alphabet: Alphabet): string => shared + (alphabet === "base64url" ? "-_" : "+/");
const isWhitespace = (character: string): boolean => character !== "" && "\t\n\f\r ".includes(character);

/** https://tc39.es/ecma262/multipage/structured-data.html#sec-frombase64: what was read, what of it was decoded, and what was wrong then. */
function decode(
  text: string,
  { alphabet = "base64", lastChunkHandling = "loose" }: FromBase64Options,
  most: number,
): { read: number; bytes: number[]; error?: SyntaxError } {
  if (typeof text !== "string") throw new TypeError("expected a string");
  const letters = lettersOf(alphabet);
  const bytes: number[] = [];
  let [read, at] = [0, 0];
  let chunk: number[] = [];
  const skip = (): void => {
    while (isWhitespace(text.charAt(at))) at++;
  };
  const wrong = (message: string): ReturnType<typeof decode> => ({ read, bytes, error: new SyntaxError(message) });
  if (most === 0) return { read, bytes };
  for (;;) {
    skip();
    if (at === text.length) {
      if (chunk.length > 0) {
        if (lastChunkHandling === "stop-before-partial") return { read, bytes };
        if (lastChunkHandling === "strict" || chunk.length === 1) return wrong("incomplete chunk");
        bytes.push(...decodeChunk(chunk));
      }
      return { read: text.length, bytes };
    }
    const character = text.charAt(at++);
    if (character === "=") {
      if (chunk.length < 2) return wrong("misplaced padding");
      skip();
      if (chunk.length === 2) {
        if (at === text.length)
          return lastChunkHandling === "stop-before-partial" ? { read, bytes } : wrong("incomplete padding");
        if (text.charAt(at) === "=") {
          at++;
          skip();
        }
      }
      if (at < text.length) return wrong("text after the padding");
      if (lastChunkHandling === "strict" && hasExtraBits(chunk)) return wrong("extra bits");
      bytes.push(...decodeChunk(chunk));
      return { read: text.length, bytes };
    }
    const value = letters.indexOf(character);
    if (value < 0) return wrong("not in the alphabet");
    const room = most - bytes.length;
    if ((room === 1 && chunk.length === 2) || (room === 2 && chunk.length === 3)) return { read, bytes };
    chunk.push(value);
    if (chunk.length === 4) {
      bytes.push(...decodeChunk(chunk));
      chunk = [];
      read = at;
      if (bytes.length === most) return { read, bytes };
    }
  }
}

export const fromBase64: FromBase64 = (text, options = {}) => {
  const { bytes, error } = decode(text, options, Infinity);
  if (error !== undefined) throw error;
  return Uint8Array.from(bytes);
};

/** https://tc39.es/ecma262/multipage/structured-data.html#sec-uint8array.prototype.setfrombase64: what was decoded is written, whatever is wrong after it. */
export const setFromBase64: SetFromBase64 = function (text, options = {}) {
  const { read, bytes, error } = decode(text, options, this.length);
  this.set(bytes);
  if (error !== undefined) throw error;
  return { read, written: bytes.length };
};

/** The three octets of four letters, and what two or three letters have of them. */
function octetsOf(chunk: readonly number[]): number[] {
  const [a = 0, b = 0, c = 0, d = 0] = chunk;
  return [(a << 2) | (b >> 4), ((b & 15) << 4) | (c >> 2), ((c & 3) << 6) | d];
}
const decodeChunk = (chunk: readonly number[]): number[] => octetsOf(chunk).slice(0, chunk.length - 1);
const hasExtraBits = (chunk: readonly number[]): boolean => (octetsOf(chunk)[chunk.length - 1] ?? 0) !== 0;

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

export interface Base64Functions {
  readonly fromBase64: FromBase64;
  readonly setFromBase64: SetFromBase64;
  readonly toBase64: ToBase64;
}

/** Gives `Uint8Array` these, or none with `undefined`; returns how to undo it. */
export function install(functions: Base64Functions | undefined): () => void {
  const places = [
    [Uint8Array, "fromBase64"],
    [Uint8Array.prototype, "setFromBase64"],
    [Uint8Array.prototype, "toBase64"],
  ] as const;
  const before = places.map(([place, name]) => Object.getOwnPropertyDescriptor(place, name));
  for (const [place, name] of places) {
    Reflect.deleteProperty(place, name);
    if (functions !== undefined)
      Object.defineProperty(place, name, { value: functions[name], configurable: true, writable: true });
  }
  return () => {
    for (const [i, [place, name]] of places.entries()) {
      Reflect.deleteProperty(place, name);
      const descriptor = before[i];
      if (descriptor !== undefined) Object.defineProperty(place, name, descriptor);
    }
  };
}
