/**
 * The session gateway: one MCP address for all users, each request routed to the backend of its
 * user.
 */
@NullMarked
package dev.mcpsession.gateway;

import org.jspecify.annotations.NullMarked;
