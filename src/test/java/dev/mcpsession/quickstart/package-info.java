/**
 * The operator on one machine and without a cluster: an API server in this process, a node that
 * runs each Pod's backend as a local process, and the timeline of one session. A showcase; what
 * must hold is shown on a real API server.
 */
@NullMarked
package dev.mcpsession.quickstart;

import org.jspecify.annotations.NullMarked;
