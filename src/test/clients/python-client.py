"""The Python SDK, which speaks both eras: prints one line of JSON that says what it saw.

Its second argument is how it finds the era: auto or legacy.
"""

import asyncio
import json
import sys

from mcp.client.client import Client
from mcp_types import CreateMessageResult, ElicitResult, TextContent


async def elicit(context, params):
    return ElicitResult(action="accept", content={"username": "alice", "email": params.message})


async def sample(context, params):
    content = params.messages[0].content
    text = content.text if hasattr(content, "text") else content[0].text
    return CreateMessageResult(
        role="assistant", model="none", content=TextContent(type="text", text=text.upper())
    )


async def main(url, mode):
    progress = []

    async def note(done, total, message):
        progress.append(int(done))

    async with Client(
        url, mode=mode, elicitation_callback=elicit, sampling_callback=sample
    ) as client:
        tools = (await client.list_tools()).tools

        async def call(name, arguments=None, **options):
            return await client.call_tool(name, arguments or {}, **options)

        async def text(name, arguments=None, **options):
            return (await call(name, arguments, **options)).content[0].text

        await text("test_tool_with_progress", progress_callback=note)
        print(
            json.dumps(
                {
                    "protocol": client.protocol_version,
                    "tools": len(tools),
                    "simple": await text("test_simple_text"),
                    "progress": progress,
                    "elicited": await text("test_elicitation", {"message": "a@example.com"}),
                    "sampled": await text("test_sampling", {"prompt": "hello"}),
                    "counted": (await call("count", {"key": "python-" + mode}))
                    .structured_content["count"],
                }
            )
        )


asyncio.run(main(sys.argv[1], sys.argv[2]))
