// All algorithms that the package exports, for tests that go through them: one that is added there is added here, and tried everywhere.
import {
  Ed25519,
  EdDSA,
  ES256,
  ES384,
  ES512,
  HS256,
  HS384,
  HS512,
  ML_DSA_44,
  ML_DSA_65,
  ML_DSA_87,
  PS256,
  PS384,
  PS512,
  RS256,
  RS384,
  RS512,
  type AsymmetricAlgorithm,
  type HmacAlgorithm,
} from "../../src/index.ts";

export const hmacAlgorithms = [HS256, HS384, HS512] as const satisfies readonly HmacAlgorithm[];

export const asymmetricAlgorithms = [
  ...([RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512] as const),
  ...([Ed25519, EdDSA, ML_DSA_44, ML_DSA_65, ML_DSA_87] as const),
] as const satisfies readonly AsymmetricAlgorithm[];
