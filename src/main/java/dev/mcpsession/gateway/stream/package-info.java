/** Server-sent events: parsing, heartbeats. */
@NullMarked
package dev.mcpsession.gateway.stream;

import org.jspecify.annotations.NullMarked;
