/**
 * Tokens from OAuth 2 authorization servers. The protocol is the Nimbus SDK's; ours is what happens
 * around it: who may be asked, how long, how many at a time, what an answer means, and that no
 * refresh token is used twice or lost.
 */
@NullMarked
package dev.mcpsession.token.oauth;

import org.jspecify.annotations.NullMarked;
