/**
 * Authorization servers for tests: a stand-in for Forgejo's that can be made to fail in every way
 * and, in a package of its own, a real Keycloak. Both are an {@link dev.mcpsession.issuer.Issuer}.
 */
@NullMarked
package dev.mcpsession.issuer;

import org.jspecify.annotations.NullMarked;
