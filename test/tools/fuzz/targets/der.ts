// DER: a form is recognised by the whole of the octets, and what is made of them has the form that was asked for.
import { createPublicKey } from "node:crypto";
import { derForm, isDerKey, rsaIntegers, toPkcs8, toSpki } from "../../../../src/keys/der.ts";
import { attempt, equal, holds } from "../invariant.ts";
import { derOf, kinds, pems } from "../kinds.ts";

export const seeds = [
  ...pems.map(derOf).filter((der) => der.length > 0),
  Buffer.from("3000", "hex"),
  Buffer.from("30820004020100", "hex"),
  Buffer.from("308000", "hex"),
  Buffer.from("3008300406022a030300", "hex"),
  Buffer.from("30060201000201ff", "hex"),
];
export const words = [
  Buffer.from("0201", "hex"),
  Buffer.from("3081", "hex"),
  Buffer.from("308200", "hex"),
  Buffer.from("0304", "hex"),
  Buffer.from("a0", "hex"),
].map((octets) => octets.toString("latin1"));

export function fuzz(input: Buffer): void {
  const form = derForm(input);
  holds(form === derForm(new Uint8Array(input)), "an array is read as a Buffer is");
  if (form === undefined) return;
  holds(isDerKey(input), "what has a form is a key");
  holds(derForm(input.subarray(0, -1)) === undefined, "an octet less is no key");
  for (const more of ["00", "0500", "020101"])
    holds(
      derForm(Buffer.concat([input, Buffer.from(more, "hex")])) === undefined,
      "with something after it it is no key",
    );

  for (const kind of kinds) {
    const spki = form === "x509" || form === "spki" || form === "pkcs1-public" ? toSpki(input, form, kind) : undefined;
    if (spki !== undefined) {
      // What a certificate holds in its place is left to the runtime, which takes nothing else.
      holds(derForm(spki) === "spki" || (form === "x509" && !opens(spki)), "a public key becomes SPKI, or is none");
      equal(toSpki(spki, "spki", kind), spki, "SPKI stays as it is");
      checkIntegers(rsaIntegers(spki, "spki"));
    }
    const pkcs8 =
      form === "pkcs8" || form === "pkcs1-private" || form === "sec1" ? toPkcs8(input, form, kind) : undefined;
    if (pkcs8 !== undefined) {
      holds(derForm(pkcs8) === "pkcs8", "a private key becomes PKCS#8");
      equal(toPkcs8(pkcs8, "pkcs8", kind), pkcs8, "PKCS#8 stays as it is");
      checkIntegers(rsaIntegers(pkcs8, "pkcs8"));
    }
  }
}

function opens(spki: Uint8Array): boolean {
  return attempt(() => createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" })) !== undefined;
}

function checkIntegers(integers: readonly Uint8Array[] | undefined): void {
  holds(integers?.every(({ length }) => length > 0) ?? true, "a number has digits");
}
