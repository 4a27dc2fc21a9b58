"""The Python SDK signs its user in, and prints lines of JSON by which a test follows it.

Its second argument is how it finds the era: auto or legacy.
"""

import asyncio
import json
import sys
import traceback
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

from mcp.client.auth import OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared._httpx_utils import create_mcp_http_client
from mcp.shared.auth import AuthorizationCodeResult, OAuthClientMetadata


def say(**line):
    print(json.dumps(line), flush=True)


class Storage:
    """Of this process only."""

    def __init__(self):
        self.tokens = None
        self.client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


class Redirects:
    """Listens where the user comes back to."""

    def __init__(self, loop):
        arrived = self.arrived = asyncio.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                url = urlsplit(self.path)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"You may close this page.")
                if url.path == "/callback":
                    parameters = {name: it[0] for name, it in parse_qs(url.query).items()}
                    loop.call_soon_threadsafe(arrived.put_nowait, parameters)

            def log_message(self, *arguments):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        self.uri = f"http://127.0.0.1:{server.server_port}/callback"
        Thread(target=server.serve_forever, daemon=True).start()

    async def open(self, url):
        say(open=url, redirect=self.uri)

    async def back(self):
        brought = await self.arrived.get()
        return AuthorizationCodeResult(
            code=brought["code"], state=brought.get("state"), iss=brought.get("iss")
        )


async def look(url, mode, auth, storage):
    async with create_mcp_http_client(auth=auth) as http:
        async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:

            async def call(name):
                return (await client.call_tool(name, {})).structured_content

            return {
                "protocol": client.protocol_version,
                "token": await call("upstream_token"),
                "whoami": await call("whoami"),
                "registered": True,
                "client": storage.client.client_id,
            }


async def main(url, mode):
    loop = asyncio.get_running_loop()
    redirects = Redirects(loop)
    storage = Storage()
    auth = OAuthClientProvider(
        server_url=url,
        client_metadata=OAuthClientMetadata(
            client_name="Python SDK",
            redirect_uris=[redirects.uri],
            token_endpoint_auth_method="none",
        ),
        storage=storage,
        redirect_handler=redirects.open,
        callback_handler=redirects.back,
    )
    line = "again"
    while line == "again":
        try:
            say(saw=await look(url, mode, auth, storage))
        except Exception as error:
            traceback.print_exc()
            say(failed=repr(error))
        line = (await loop.run_in_executor(None, sys.stdin.readline)).strip()


asyncio.run(main(sys.argv[1], sys.argv[2]))
