/** Leader election with a Lease, by monotonic time. */
@NullMarked
package dev.mcpsession.process.leader;

import org.jspecify.annotations.NullMarked;
