// What the TypeScript clients that sign in have in common: an OAuth provider that knows nothing but
// where its user comes back to, and lines of JSON by which a test follows them.
import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { createInterface } from "node:readline";

export const print = (line) => console.log(JSON.stringify(line));

const listen = async (server) => {
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server.address().port;
};

// Serves a client id metadata document, at a URL of https as the SDKs ask for.
const documentUrl = async (metadata, keystore) => {
  let url;
  const server = createTlsServer(
    { pfx: readFileSync(keystore), passphrase: "changeit" },
    (request, response) => {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify({ ...metadata, client_id: url }));
    },
  );
  url = `https://localhost:${await listen(server)}/client.json`;
  return url;
};

// With a keystore the client is known by its metadata document, else it registers itself.
export const provider = async (name, keystore) => {
  // The one that the user is asked to go through: a transport asks by each of its requests.
  let flow;
  const server = createServer((request, response) => {
    const url = new URL(request.url, "http://127.0.0.1");
    response.end("You may close this page.");
    if (url.pathname === "/callback") {
      flow?.arrived(url.searchParams);
    }
  });
  const redirect = `http://127.0.0.1:${await listen(server)}/callback`;
  const clientMetadata = {
    client_name: name,
    redirect_uris: [redirect],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  const kept = {};
  const verifiers = new Map();
  return {
    redirectUrl: redirect,
    clientMetadata,
    clientMetadataUrl: keystore ? await documentUrl(clientMetadata, keystore) : undefined,
    state: () => randomBytes(16).toString("hex"),
    clientInformation: () => kept.client,
    saveClientInformation: (client) => (kept.client = client),
    tokens: () => kept.tokens,
    saveTokens: (tokens) => (kept.tokens = tokens),
    codeVerifier: () => kept.verifier,
    saveCodeVerifier: (verifier) =>
      verifiers.set(createHash("sha256").update(verifier).digest("base64url"), verifier),
    discoveryState: () => kept.discovery,
    saveDiscoveryState: (discovery) => (kept.discovery = discovery),
    invalidateCredentials: (scope) => {
      for (const key of { all: ["client", "tokens", "verifier", "discovery"] }[scope] ?? [scope]) {
        delete kept[key];
      }
    },
    redirectToAuthorization: (url) => {
      if (!flow) {
        flow = { asked: url.searchParams };
        flow.back = new Promise((resolve) => (flow.arrived = resolve));
        print({ open: url.href, redirect });
      }
    },
    // What the user brought back.
    back: async () => {
      const parameters = await flow.back;
      const asked = flow.asked;
      flow = undefined;
      if (parameters.get("state") !== asked.get("state") || !parameters.has("code")) {
        throw new Error("no code for this request, but: " + [...parameters.keys()].join(" "));
      }
      kept.verifier = verifiers.get(asked.get("code_challenge"));
      return parameters;
    },
  };
};

// Connects and looks, at once and whenever it is told to. `connect` gives { client, transport }, not
// connected yet; `finish` exchanges what the user brought back.
export const run = async (auth, connect, finish, UnauthorizedError) => {
  let connected;
  const look = async () => {
    if (!connected) {
      connected = connect();
      await connected.client.connect(connected.transport);
    }
    const call = async (name) =>
      (await connected.client.callTool({ name, arguments: {} })).structuredContent;
    return {
      protocol: connected.protocol(),
      token: await call("upstream_token"),
      whoami: await call("whoami"),
      registered: !auth.clientMetadataUrl,
      client: auth.clientInformation().client_id,
    };
  };
  const lookOnceSignedIn = async () => {
    try {
      return await look();
    } catch (error) {
      if (!(error instanceof UnauthorizedError)) {
        throw error;
      }
      await finish(connected.transport, await auth.back());
      await connected.client.close();
      connected = undefined;
      return await look();
    }
  };
  const report = async () => {
    try {
      print({ saw: await lookOnceSignedIn() });
    } catch (error) {
      console.error(error);
      print({ failed: String(error) });
    }
  };
  await report();
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === "end") {
      break;
    }
    await report();
  }
  process.exit(0);
};
