/**
 * Templates, sessions and MCP session ids in Kubernetes. The only part of the gateway that writes
 * to it, but for reports of use.
 */
@NullMarked
package dev.mcpsession.gateway.session;

import org.jspecify.annotations.NullMarked;
