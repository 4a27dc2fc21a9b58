// The TypeScript SDK 1.x signs its user in. Its second argument, if there is one, is the keystore
// with which it serves its metadata document.
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { provider, run } from "./sign-in.mjs";

const auth = await provider("TypeScript SDK 1", process.argv[3]);
await run(
  auth,
  () => {
    const client = new Client({ name: "sign-in-v1", version: "1" });
    const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]), {
      authProvider: auth,
    });
    return { client, transport, protocol: () => transport.protocolVersion };
  },
  (transport, parameters) => transport.finishAuth(parameters.get("code")),
  UnauthorizedError,
);
