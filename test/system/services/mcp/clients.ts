// The SDK's clients, of both versions. Each discovers, registers, has its user sign in, and calls a tool.
import { Client as Client2, StreamableHTTPClientTransport as Transport2 } from "@modelcontextprotocol/client";
import { Client as Client1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as Transport1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { redirectUri, signIn } from "./authorization-server.ts";

/** What a client stores: in memory, for one user. */
class Memory {
  readonly redirectUrl = redirectUri;
  readonly clientMetadata = {
    client_name: "test",
    redirect_uris: [redirectUri],
    grant_types: ["authorization_code"],
    token_endpoint_auth_method: "none",
  };
  /** Where the client sent its user. */
  authorizationUrl: URL | undefined;
  #client: unknown;
  #tokens: unknown;
  #verifier = "";
  clientInformation(): never {
    return this.#client as never;
  }
  saveClientInformation(client: unknown): void {
    this.#client = client;
  }
  tokens(): never {
    return this.#tokens as never;
  }
  saveTokens(tokens: unknown): void {
    this.#tokens = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
  codeVerifier(): string {
    return this.#verifier;
  }
}

export interface Session {
  /** What the tool whoami said. */
  readonly said: string;
  /** Where the user signed in. */
  readonly authorizationUrl: URL;
}

type Parts = readonly [typeof Client1, typeof Transport1];
type Finish = (transport: Transport1, callback: URLSearchParams) => Promise<void>;

const connect =
  ([Client, Transport]: Parts, finish: Finish) =>
  async (url: string): Promise<Session> => {
    const memory = new Memory();
    const open = (): InstanceType<typeof Transport> => new Transport(new URL(url), { authProvider: memory as never });
    const first = open();
    await new Client({ name: "test", version: "1.0.0" }).connect(first as never).catch((error: unknown) => {
      if (memory.authorizationUrl === undefined) throw error;
    });
    const { authorizationUrl } = memory;
    if (authorizationUrl === undefined) throw new Error("the client was let in without a token");
    await finish(first, await signIn(authorizationUrl));
    const client = new Client({ name: "test", version: "1.0.0" });
    await client.connect(open() as never);
    const { content } = (await client.callTool({ name: "whoami", arguments: {} })) as {
      content: readonly { readonly text: string }[];
    };
    await client.close();
    return { said: content[0]!.text, authorizationUrl };
  };

export const clients: Readonly<Record<string, (url: string) => Promise<Session>>> = {
  "version 1": connect([Client1, Transport1], (transport, callback) =>
    transport.finishAuth(callback.get("code") ?? ""),
  ),
  // Version 2 checks iss of the answer too (RFC 9207). Its classes have the same members, and other types.
  "version 2": connect([Client2, Transport2] as unknown as Parts, (transport, callback) =>
    (transport as unknown as Transport2).finishAuth(callback),
  ),
};
