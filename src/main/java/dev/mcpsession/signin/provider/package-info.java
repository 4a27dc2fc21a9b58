/** What is asked of upstreams and of the identity provider, whose client the gateway is. */
@NullMarked
package dev.mcpsession.signin.provider;

import org.jspecify.annotations.NullMarked;
