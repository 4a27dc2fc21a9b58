// The TypeScript SDK 1.x: prints one line of JSON that says what it saw.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResultSchema,
  ToolListChangedNotificationSchema,
} from "@modelcontextprotocol/sdk/types.js";

const client = new Client(
  { name: "sdk-v1", version: "1" },
  { capabilities: { elicitation: {}, sampling: {} } },
);
const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]));

const logged = [];
client.setNotificationHandler(LoggingMessageNotificationSchema, (it) => {
  logged.push(it.params.data);
});
const changed = new Promise((resolve) => {
  client.setNotificationHandler(ToolListChangedNotificationSchema, () => resolve(true));
});
client.setRequestHandler(ElicitRequestSchema, async (it) => ({
  action: "accept",
  content: { username: "alice", email: it.params.message },
}));
client.setRequestHandler(CreateMessageRequestSchema, async (it) => ({
  role: "assistant",
  model: "none",
  content: { type: "text", text: it.params.messages[0].content.text.toUpperCase() },
}));

await client.connect(transport);
const { tools } = await client.listTools();
const text = async (name, args, options) =>
  (await client.callTool({ name, arguments: args ?? {} }, undefined, options)).content[0].text;

const progress = [];
await text("test_tool_with_progress", {}, { onprogress: (it) => progress.push(it.progress) });
await client.setLoggingLevel("info");
await text("test_tool_with_logging");
const simple = await text("test_simple_text");
const elicited = await text("test_elicitation", { message: "a@example.com" });
const sampled = await text("test_sampling", { prompt: "hello" });
const counted = (await client.callTool({ name: "count", arguments: { key: "sdk-v1" } }))
  .structuredContent.count;
const reconnected = await text("test_reconnection");
await client.subscribeResource({ uri: "test://watched-resource" });
await client.callTool({ name: "emit", arguments: { events: 1 } });
const listChanged = await Promise.race([
  changed,
  new Promise((resolve) => setTimeout(() => resolve(false), 5000).unref()),
]);
const session = transport.sessionId !== undefined;
await transport.terminateSession();
let afterEnd;
try {
  await client.request({ method: "ping" }, ResultSchema);
  afterEnd = "answered";
} catch (e) {
  afterEnd = "refused";
}
await client.close();
console.log(
  JSON.stringify({
    protocol: transport.protocolVersion,
    server: client.getServerVersion()?.name,
    session,
    tools: tools.length,
    simple,
    progress,
    logged,
    elicited,
    sampled,
    counted,
    reconnected,
    listChanged,
    afterEnd,
  }),
);
