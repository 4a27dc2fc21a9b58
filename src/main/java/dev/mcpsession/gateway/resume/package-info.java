/**
 * Streams that clients come back for: buffers, and where the rest of a stream is to be had. Decides
 * and keeps, and does no I/O.
 */
@NullMarked
package dev.mcpsession.gateway.resume;

import org.jspecify.annotations.NullMarked;
