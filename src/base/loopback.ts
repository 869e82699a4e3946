/** Addresses and names of this machine (RFC 1122 §3.2.1.3, RFC 4291 §2.5, RFC 6761 §6.3). */

/**
 * Returns whether a URL's host may be this machine, by any name or address: also where an IPv4 address is carried in an IPv6 one
 * (mapped, compatible, translated, NAT64, 6to4).
 */
export function isLoopback({ hostname }: URL): boolean {
  if (hostname.startsWith("[")) {
    const groups = readIpv6(hostname.slice(1, -1));
    return isLoopbackIpv6(groups) || carriedIpv4(groups).some(isLoopbackIpv4);
  }
  // A URL has its IPv4 addresses as four decimal numbers, however they were written.
  if (/^\d+(?:\.\d+){3}$/.test(hostname)) return isLoopbackIpv4(Number(hostname.split(".")[0]));
  return /^(?:(?:.+\.)?(?:localhost|localhost6?\.localdomain6?)|localhost6|ip6-localhost|ip6-loopback)\.?$/.test(
    hostname,
  );
}

/**
 * Returns whether a URL's host is one of the three that fetches may reach over plain http: loopback that no name server and no
 * routing decides about.
 */
export function isPlainLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

/**
 * Returns whether a URL's host is loopback to browsers (Secure Contexts §3.1): they resolve the names below `localhost` themselves,
 * and take `Secure` cookies from it over plain http.
 */
export function isBrowserLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.*\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);
}

/** Reports whether an IPv4 address is in 127.0.0.0/8, or in 0.0.0.0/8 ("this host"), which systems take for loopback too. */
function isLoopbackIpv4(firstOctet: number): boolean {
  return firstOctet === 127 || firstOctet === 0;
}

/** Reports whether an IPv6 address is `::1`, or the unspecified address `::`. */
function isLoopbackIpv6(groups: readonly number[]): boolean {
  return groups.every((group, i) => group === 0 || (i === 7 && group === 1));
}

/** Returns the first octets of the IPv4 addresses that an IPv6 address may stand for. */
function carriedIpv4(groups: readonly number[]): readonly number[] {
  const [first, second = 0, , , fifth, sixth, seventh = 0] = groups;
  const startsWithZeros = groups.slice(0, 4).every((group) => group === 0);
  const isMapped = startsWithZeros && fifth === 0 && sixth === 0xffff;
  const isTranslated = startsWithZeros && fifth === 0xffff && sixth === 0;
  const isNat64 = first === 0x64 && second === 0xff9b;
  if (isMapped || isTranslated || isNat64) return [seventh >> 8];
  // Compatible addresses begin with 96 zeros, and so does every low number.
  if (startsWithZeros && fifth === 0 && sixth === 0) return seventh === 0 ? [] : [seventh >> 8];
  return first === 0x2002 ? [second >> 8] : [];
}

/** Reads the eight groups of an IPv6 address in the form that a URL gives it: hexadecimal, at most one `::`. */
function readIpv6(text: string): readonly number[] {
  const [head = [], tail = []] = text
    .split("::")
    .map((half) => (half === "" ? [] : half.split(":").map((group) => Number.parseInt(group, 16))));
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
