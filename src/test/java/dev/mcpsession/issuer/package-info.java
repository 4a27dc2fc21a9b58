/**
 * Authorization servers for tests: a real Keycloak, and a stand-in for Forgejo's that can be made
 * to fail in every way. Both are an {@link dev.mcpsession.issuer.Issuer}.
 */
@NullMarked
package dev.mcpsession.issuer;

import org.jspecify.annotations.NullMarked;
