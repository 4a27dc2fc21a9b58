/**
 * A small MCP server to try sessions with, and a client that calls it. The server itself imports
 * JDK classes only: it runs in a container that holds a Java runtime and nothing else, and as a
 * local process in the quick start.
 */
@NullMarked
package dev.mcpsession.sample;

import org.jspecify.annotations.NullMarked;
