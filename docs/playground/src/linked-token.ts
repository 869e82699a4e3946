/** `#token=…`: a token in the address of the page, behind the "#", which browsers send to nobody. */

/** The text that the fragment of an address names as a token. */
export function linkedToken(hash: string): string | undefined {
  const token = new URLSearchParams(hash.slice(1)).get("token")?.trim();
  return token === "" ? undefined : (token ?? undefined);
}
