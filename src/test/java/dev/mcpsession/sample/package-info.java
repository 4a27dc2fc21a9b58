/**
 * A small MCP server to try sessions with. The server itself imports JDK classes only: it runs in a
 * container that holds a Java runtime and nothing else, and as a local process in the quick start.
 */
@NullMarked
package dev.mcpsession.sample;

import org.jspecify.annotations.NullMarked;
