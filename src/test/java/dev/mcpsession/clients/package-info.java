/** Programs of others that speak MCP: the official conformance suite, SDKs, the Inspector. */
@NullMarked
package dev.mcpsession.clients;

import org.jspecify.annotations.NullMarked;
