/** Users of a gateway's replicas who call tools all the time, and what came of each call. */
@NullMarked
package dev.mcpsession.load;

import org.jspecify.annotations.NullMarked;
