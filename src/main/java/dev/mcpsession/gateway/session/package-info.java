/**
 * What the gateway wants of users' sessions, of their use, and of MCP session ids: values, and
 * interfaces that {@code gateway.kubernetes} and {@code gateway.connection} fulfil.
 */
@NullMarked
package dev.mcpsession.gateway.session;

import org.jspecify.annotations.NullMarked;
