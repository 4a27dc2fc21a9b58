/**
 * Evaluates an observation at one instant: immutable values, from which decisions are made. Reading
 * them has no side effects; each that can fall due has its own wake-up. Pure, and independent of
 * the plan builder.
 */
@NullMarked
package dev.mcpsession.plan.assess;

import org.jspecify.annotations.NullMarked;
