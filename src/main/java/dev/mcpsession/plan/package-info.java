/**
 * Decisions as pure functions of an {@link dev.mcpsession.plan.observed.Observation} and an
 * instant: no clock, no I/O, no knowledge of the event that fired. Start reading at {@link
 * SessionPlanner}.
 */
@NullMarked
package dev.mcpsession.plan;

import org.jspecify.annotations.NullMarked;
