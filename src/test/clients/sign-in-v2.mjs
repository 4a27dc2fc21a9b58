// The TypeScript client 2.x signs its user in. Its second argument is how it finds the era: auto or
// legacy; the third, if there is one, the keystore with which it serves its metadata document.
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
import { provider, run } from "./sign-in.mjs";

const auth = await provider("TypeScript client 2", process.argv[4]);
await run(
  auth,
  () => {
    const client = new Client(
      { name: "sign-in-v2", version: "1" },
      { versionNegotiation: { mode: process.argv[3] } },
    );
    const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]), {
      authProvider: auth,
    });
    return { client, transport, protocol: () => client.getNegotiatedProtocolVersion() };
  },
  (transport, parameters) => transport.finishAuth(parameters),
  UnauthorizedError,
);
