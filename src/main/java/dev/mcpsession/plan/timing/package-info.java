/**
 * When something falls due: idle, renewal, retry, jitter. Pure, and free of the plan in the making.
 */
@NullMarked
package dev.mcpsession.plan.timing;

import org.jspecify.annotations.NullMarked;
