/** Who sends a request with an access token of the gateway itself. */
@NullMarked
package dev.mcpsession.signin.access;

import org.jspecify.annotations.NullMarked;
