/** MCP session ids of clients: how they are made and checked, and their McpConnections. */
@NullMarked
package dev.mcpsession.gateway.connection;

import org.jspecify.annotations.NullMarked;
