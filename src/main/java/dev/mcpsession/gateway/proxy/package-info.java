/** Bytes between a client and a backend. The only part that knows Vert.x' HTTP client. */
@NullMarked
package dev.mcpsession.gateway.proxy;

import org.jspecify.annotations.NullMarked;
