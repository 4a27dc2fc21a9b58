/** Sign-ins under load, at the gateway and at Keycloak, by the same browser and client. */
@NullMarked
package dev.mcpsession.bench.signin;

import org.jspecify.annotations.NullMarked;
