/** Leader election by a Lease, on monotonic time. */
@NullMarked
package dev.mcpsession.process.leader;

import org.jspecify.annotations.NullMarked;
