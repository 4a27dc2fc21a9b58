/** How a refresh token is claimed and used once, and how the issuer's answer is stored. */
@NullMarked
package dev.mcpsession.token.grant;

import org.jspecify.annotations.NullMarked;
