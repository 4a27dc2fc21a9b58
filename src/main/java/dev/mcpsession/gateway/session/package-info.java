/**
 * Templates and sessions in Kubernetes, and what is wanted of MCP session ids. With {@code
 * gateway.connection} the only part of the gateway that writes to Kubernetes.
 */
@NullMarked
package dev.mcpsession.gateway.session;

import org.jspecify.annotations.NullMarked;
