/** A real Keycloak as a local process, with a realm for each test. */
@NullMarked
package dev.mcpsession.issuer.keycloak;

import org.jspecify.annotations.NullMarked;
