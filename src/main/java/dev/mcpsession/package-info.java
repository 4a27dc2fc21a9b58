/**
 * The MCP session operator. One direction: an event makes {@code SessionReconciler} ask {@code
 * SessionObserver} for an {@code Observation}; {@code SessionPlanner} turns it and one instant into
 * a {@code Plan}; {@code PlanApplier} carries the plan out and writes the status; the plan says
 * when to reconcile again. {@code docs/architecture.md} follows three events through the code.
 *
 * <ul>
 *   <li>{@code api}: the custom resource and every name users rely on; {@code config}: every
 *       setting
 *   <li>{@code kube}: how any role talks to Kubernetes; {@code process}: what any role has
 *   <li>{@code plan}: the decisions; pure, so a bug that needs a cluster is a case the tables miss
 *   <li>{@code resources}: the desired Pod, Secret and Service; pure
 *   <li>{@code token}: where upstream tokens come from; the only code that sees their values
 *   <li>{@code reconcile}: caches, timers and the only code that writes sessions and their children
 *   <li>{@code explain}: one session's observation and plans, in words
 *   <li>{@code metrics}, {@code rbac}, {@code retry}: every meter, permission, and doubling delay
 *   <li>{@code cli}: commands and composition roots; the only place with a clock and environment
 * </ul>
 */
@NullMarked
package dev.mcpsession;

import org.jspecify.annotations.NullMarked;
