package dev.mcpsession.gateway.route;

import dev.mcpsession.api.McpSessionSpec.Owner;

/**
 * Whose request it is.
 *
 * @param owner who owns the sessions
 * @param name what people read, from the issuer's user claim
 */
public record User(Owner owner, String name) {}
