/**
 * Tokens from OAuth 2 authorization servers. The Nimbus SDK implements the protocol. This package
 * adds which servers may be called, time limits, TLS trust, and what an answer means for the
 * session.
 */
@NullMarked
package dev.mcpsession.token.oauth;

import org.jspecify.annotations.NullMarked;
