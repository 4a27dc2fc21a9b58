/** The life of one refresh token: claimed, used once, its answer stored, or rejected. */
@NullMarked
package dev.mcpsession.token.grant;

import org.jspecify.annotations.NullMarked;
