/**
 * What an observation means at one instant: immutable values that decisions are made from. To ask
 * them changes nothing; each that can fall due has its own wake-up. Pure, and free of the plan in
 * the making.
 */
@NullMarked
package dev.mcpsession.plan.assess;

import org.jspecify.annotations.NullMarked;
