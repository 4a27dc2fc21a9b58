/**
 * How users sign in at the gateway: it is the authorization server of MCP clients, and a client of
 * the upstream. Here its parts are put together.
 */
@NullMarked
package dev.mcpsession.signin;

import org.jspecify.annotations.NullMarked;
