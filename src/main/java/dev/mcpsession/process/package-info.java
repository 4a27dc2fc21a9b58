/**
 * What every role of the jar has: HTTP endpoint, readiness, contact with the API server, clock
 * watch, meters, start and shutdown.
 */
@NullMarked
package dev.mcpsession.process;

import org.jspecify.annotations.NullMarked;
