/** Who sends a request: tokens, the keys of their issuers, and who may use a template. */
@NullMarked
package dev.mcpsession.gateway.auth;

import org.jspecify.annotations.NullMarked;
