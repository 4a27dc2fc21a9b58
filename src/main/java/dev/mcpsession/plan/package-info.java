/**
 * The decisions, as pure functions of an {@link Observation} and an instant: no clock, no I/O, no
 * knowledge of which event fired. {@link SessionPlanner} is where to start reading.
 */
@NullMarked
package dev.mcpsession.plan;

import org.jspecify.annotations.NullMarked;
