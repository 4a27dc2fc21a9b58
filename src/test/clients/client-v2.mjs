// The TypeScript client 2.x, which speaks both eras: prints one line of JSON that says what it saw.
// Its second argument is how it finds the era: auto or legacy.
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const client = new Client(
  { name: "client-v2", version: "1" },
  {
    capabilities: { elicitation: {}, sampling: {} },
    versionNegotiation: { mode: process.argv[3] },
  },
);
const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]));
const changed = new Promise((resolve) => {
  client.setNotificationHandler("notifications/tools/list_changed", () => resolve(true));
});
client.setRequestHandler("elicitation/create", async (it) => ({
  action: "accept",
  content: { username: "alice", email: it.params.message },
}));
client.setRequestHandler("sampling/createMessage", async (it) => ({
  role: "assistant",
  model: "none",
  content: { type: "text", text: it.params.messages[0].content.text.toUpperCase() },
}));

await client.connect(transport);
const era = client.getProtocolEra();
const protocol = client.getNegotiatedProtocolVersion();
const { tools } = await client.listTools();
const call = async (name, args, options) =>
  await client.callTool({ name, arguments: args ?? {} }, options);
const text = async (name, args, options) => (await call(name, args, options)).content[0].text;

const progress = [];
await text("test_tool_with_progress", {}, { onprogress: (it) => progress.push(it.progress) });
const simple = await text("test_simple_text");
const elicited = await text("test_elicitation", { message: "a@example.com" });
const sampled = await text("test_sampling", { prompt: "hello" });
const region = (await call("test_header_parameter", { region: "Zürich" })).structuredContent.region;
const counted = (await call("count", { key: "client-v2-" + era })).structuredContent.count;
const subscription = era === "modern" ? await client.listen({ toolsListChanged: true }) : undefined;
await call("emit", { events: 1, millis: 0 });
const listChanged = await Promise.race([
  changed,
  new Promise((resolve) => setTimeout(() => resolve(false), 5000).unref()),
]);
await subscription?.close();
const session = transport.sessionId !== undefined;
if (session) {
  await transport.terminateSession();
}
await client.close();
console.log(
  JSON.stringify({
    era,
    protocol,
    session,
    tools: tools.length,
    simple,
    progress,
    elicited,
    sampled,
    region,
    counted,
    listChanged,
  }),
);
