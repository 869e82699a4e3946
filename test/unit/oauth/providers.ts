// ID tokens as providers write them: the shape of header and claims, with identifiers made up for the tests.
import { createHash } from "node:crypto";
import { unchecked } from "../../../src/index.ts";
import type { IdTokenVerifierOptions, IdTokenVerifyOptions } from "../../../src/oauth/index.ts";
import { halfOf, second } from "./forge.ts";

export interface ProviderToken {
  readonly name: string;
  readonly options: Omit<IdTokenVerifierOptions, "now">;
  readonly call: IdTokenVerifyOptions;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header?: object;
  /** Issuer in the provider's key set, where it is: Microsoft Entra's keys for all tenants. */
  readonly keyIssuer?: string;
  /** Access tokens of the provider that have the same issuer and the client as audience. */
  readonly accessTokens?: readonly Readonly<Record<string, unknown>>[];
}

const times = { iat: second, exp: second + 3600 };
const nonce = "n-0S6_WzA2Mj";
const accessToken = "ya29.a0AfB_byC";

const google = "407408718192.apps.googleusercontent.com";
const googleAndroid = "407408718192-android.apps.googleusercontent.com";
const googleClaims = {
  ...times,
  iss: "https://accounts.google.com",
  azp: google,
  aud: google,
  sub: "110169484474386276334",
  hd: "example.com",
  email: "jsmith@example.com",
  email_verified: true,
};

/** The nonce that an app on iOS makes, and its hash, which it hands to Apple. */
const rawNonce = "a raw nonce of the app";
const hashedNonce = createHash("sha256").update(rawNonce).digest("hex");
const appleClaims = {
  ...times,
  iss: "https://appleid.apple.com",
  aud: "com.example.app",
  sub: "001234.5f1c8d0e4b7a4c6d9e2f3a1b5c7d9e0f.1234",
  auth_time: second,
  nonce_supported: true,
  email: "x7k2@privaterelay.appleid.com",
  email_verified: "true",
  is_private_email: "true",
};

const [tenant, otherTenant] = ["72f988bf-86f1-41af-91ab-2d7cd011db47", "2f0e9a4c-5f1f-4a8e-9d50-6f1f0a0d8a11"];
const entraClient = "6731de76-14a6-49ae-97bc-6eba6914391e";
const entraIssuer = (one: string): string => `https://login.microsoftonline.com/${one}/v2.0`;
const entraKeys = "https://login.microsoftonline.com/{tenantid}/v2.0";
const entraClaims = {
  ...times,
  aud: entraClient,
  iss: entraIssuer(tenant),
  nbf: second,
  aio: "AXQAi/8IAAAA",
  name: "Abe Lincoln",
  oid: "00000000-0000-0000-66f3-3332eca7ea81",
  preferred_username: "AbeLi@microsoft.com",
  rh: "0.AAAA",
  sub: "AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ",
  tid: tenant,
  uti: "fqiBqXLPj0eQa82S",
  ver: "2.0",
  nonce,
};
/** Of one registration, access tokens have the audience of ID tokens. */
const entraAccess = {
  ...times,
  aud: entraClient,
  iss: entraIssuer(tenant),
  nbf: second,
  azp: entraClient,
  azpacr: "0",
  scp: "access_as_user",
  oid: entraClaims.oid,
  sub: entraClaims.sub,
  tid: tenant,
  ver: "2.0",
};
const entraApp = {
  ...times,
  aud: entraClient,
  iss: entraIssuer(tenant),
  azp: entraClient,
  azpacr: "1",
  idtyp: "app",
  oid: entraClaims.oid,
  sub: entraClaims.oid,
  roles: ["Orders.Read"],
  tid: tenant,
  ver: "2.0",
};
const entraV1 = {
  ...times,
  aud: entraClient,
  iss: `https://sts.windows.net/${tenant}/`,
  nbf: second,
  amr: ["pwd"],
  family_name: "Lincoln",
  oid: entraClaims.oid,
  sub: entraClaims.sub,
  tid: tenant,
  unique_name: "AbeLi@microsoft.com",
  upn: "AbeLi@microsoft.com",
  ver: "1.0",
  nonce,
};

const cognito = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE";
const cognitoClaims = {
  ...times,
  at_hash: halfOf("sha256", accessToken),
  sub: "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
  "cognito:groups": ["admins"],
  iss: cognito,
  "cognito:username": "jsmith",
  nonce,
  origin_jti: "bd1ab29a-0000-0000-0000-000000000000",
  aud: "1example23456789",
  event_id: "64f513be-32db-42b0-b78e-b02127b4f463",
  token_use: "id",
  auth_time: second - 10,
  jti: "c7e04ee5-0000-0000-0000-000000000000",
  email: "jsmith@example.com",
};

const auth0 = "https://tenant.eu.auth0.com/";
const okta = "https://dev-123456.okta.com/oauth2/default";
const keycloak = "https://sso.example/realms/main";
const firebase = "https://securetoken.google.com/my-project";

export const providers: readonly ProviderToken[] = [
  {
    name: "Google",
    options: {
      issuer: ["https://accounts.google.com", "accounts.google.com"],
      clientId: google,
      match: { hd: "example.com" },
    },
    call: { nonce, accessToken },
    claims: { ...googleClaims, at_hash: halfOf("sha256", accessToken), nonce },
  },
  {
    name: "Google, with its other issuer",
    options: { issuer: ["https://accounts.google.com", "accounts.google.com"], clientId: google },
    call: { nonce: unchecked },
    claims: { ...googleClaims, iss: "accounts.google.com" },
  },
  {
    name: "Google on Android, whose azp is another client",
    options: { issuer: "https://accounts.google.com", clientId: [google, googleAndroid] },
    call: { nonce },
    claims: { ...googleClaims, azp: googleAndroid, nonce },
  },
  {
    name: "Apple, in a browser",
    options: { issuer: "https://appleid.apple.com", clientId: "com.example.web" },
    call: { nonce },
    claims: { ...appleClaims, aud: "com.example.web", at_hash: "x", nonce },
  },
  {
    name: "Apple, in an app that hashed the nonce",
    options: { issuer: "https://appleid.apple.com", clientId: "com.example.app" },
    call: { nonce: hashedNonce },
    claims: { ...appleClaims, c_hash: halfOf("sha256", "c1"), nonce: hashedNonce },
  },
  {
    name: "Microsoft Entra, version 2",
    options: { issuer: entraIssuer(tenant), clientId: entraClient },
    call: { nonce },
    claims: entraClaims,
    accessTokens: [entraAccess, entraApp],
  },
  {
    name: "Microsoft Entra, version 1",
    options: { issuer: `https://sts.windows.net/${tenant}/`, clientId: entraClient },
    call: { nonce },
    claims: entraV1,
    accessTokens: [
      { ...entraV1, nonce: undefined, appid: entraClient, appidacr: "1", scp: "user_impersonation" },
      { ...entraV1, nonce: undefined, appid: entraClient, appidacr: "1", idtyp: "app" },
    ],
  },
  {
    name: "Microsoft Entra, some tenants",
    options: { issuer: [tenant, otherTenant].map(entraIssuer), clientId: entraClient },
    call: { nonce },
    claims: { ...entraClaims, iss: entraIssuer(otherTenant), tid: otherTenant },
    keyIssuer: entraKeys,
  },
  {
    name: "Microsoft Entra, any tenant",
    options: { issuer: unchecked, clientId: entraClient },
    call: { nonce },
    claims: entraClaims,
    keyIssuer: entraKeys,
    accessTokens: [entraAccess, entraApp],
  },
  {
    name: "Amazon Cognito",
    options: { issuer: cognito, clientId: "1example23456789" },
    call: { nonce, accessToken, maxAge: "1h" },
    claims: cognitoClaims,
    accessTokens: [
      {
        ...times,
        sub: cognitoClaims.sub,
        iss: cognito,
        client_id: "1example23456789",
        token_use: "access",
        scope: "openid",
      },
      // An access token that a trigger gave an audience.
      { ...cognitoClaims, token_use: "access", scope: "openid" },
    ],
  },
  {
    name: "Auth0",
    options: { issuer: auth0, clientId: "mZ0QxExample" },
    call: { nonce },
    claims: { ...times, iss: auth0, aud: "mZ0QxExample", sub: "auth0|62e7", sid: "s-1", nickname: "jsmith", nonce },
    accessTokens: [
      {
        ...times,
        iss: auth0,
        aud: ["mZ0QxExample", `${auth0}userinfo`],
        sub: "auth0|62e7",
        azp: "mZ0QxExample",
        scope: "openid",
      },
    ],
  },
  {
    name: "Okta",
    options: { issuer: okta, clientId: "0oa1example" },
    call: { nonce, accessToken },
    claims: {
      ...times,
      sub: "00uid4BxXw6I6TV4m0g3",
      ver: 1,
      iss: okta,
      aud: "0oa1example",
      jti: "ID.4eAWJOCMB3SX8XewDfVR",
      amr: ["pwd"],
      idp: "00o1example",
      auth_time: second,
      at_hash: halfOf("sha256", accessToken),
      nonce,
    },
    accessTokens: [
      {
        ...times,
        ver: 1,
        jti: "AT.0mP4",
        iss: okta,
        aud: "0oa1example",
        sub: "john",
        cid: "0oa1example",
        uid: "00uid",
        scp: ["openid"],
      },
    ],
  },
  {
    name: "Keycloak",
    options: { issuer: keycloak, clientId: "app" },
    call: { nonce, accessToken, acr: ["1", "2"], maxAge: "10h" },
    claims: {
      ...times,
      auth_time: second,
      jti: "c1b1",
      iss: keycloak,
      aud: ["app", "account"],
      sub: "f3b1",
      typ: "ID",
      azp: "app",
      nonce,
      sid: "8a1c",
      at_hash: halfOf("sha256", accessToken),
      acr: "1",
      preferred_username: "jsmith",
    },
    accessTokens: [
      // Versions before 24 wrote the nonce to access tokens too.
      {
        ...times,
        jti: "a",
        iss: keycloak,
        aud: ["app", "account"],
        sub: "f3b1",
        typ: "Bearer",
        azp: "app",
        nonce,
        scope: "openid",
      },
      { ...times, jti: "r", iss: keycloak, aud: ["app", keycloak], sub: "f3b1", typ: "Refresh", azp: "app", nonce },
    ],
  },
  {
    name: "Firebase, which knows no nonce",
    options: { issuer: firebase, clientId: "my-project" },
    call: { nonce: unchecked, maxAge: "1d" },
    claims: {
      ...times,
      iss: firebase,
      aud: "my-project",
      auth_time: second - 100,
      user_id: "uid1",
      sub: "uid1",
      email: "jsmith@example.com",
      firebase: { identities: { "google.com": ["1"] }, sign_in_provider: "google.com" },
    },
  },
];
