/**
 * Computes when something falls due: idleness, renewal, retry, jitter. Pure, and independent of the
 * plan builder.
 */
@NullMarked
package dev.mcpsession.plan.timing;

import org.jspecify.annotations.NullMarked;
