/** The HTTP server: limits, guards, errors, and the order in which a request is judged. */
@NullMarked
package dev.mcpsession.gateway.http;

import org.jspecify.annotations.NullMarked;
