/**
 * The MCP session operator. Control flows in one direction: an event makes {@code
 * SessionReconciler} ask {@code SessionObserver} for an {@code Observation}; {@code SessionPlanner}
 * turns it and the current instant into a {@code Plan}; {@code PlanApplier} executes the plan and
 * writes the status; the plan says when to requeue. {@code docs/architecture.md} follows three
 * events through the code.
 *
 * <ul>
 *   <li>{@code api}: the custom resource and every name users rely on; {@code config}: every
 *       setting
 *   <li>{@code kube}: access to Kubernetes for every role of the jar; {@code process}: what all
 *       roles share
 *   <li>{@code plan}: the decisions; pure, so every bug in them can become a test case without a
 *       cluster
 *   <li>{@code resources}: the desired Pod, Secret and Service; pure
 *   <li>{@code token}: where upstream tokens come from; the only code that sees their values
 *   <li>{@code reconcile}: caches, timers and the only code that writes sessions and their children
 *   <li>{@code explain}: explains one session's observation and plans to people
 *   <li>{@code metrics}, {@code rbac}, {@code retry}, {@code text}: every meter, every permission,
 *       waits before retries, text from outside on one line
 *   <li>{@code cli}: commands and composition roots; the only place that reads clock and
 *       environment
 * </ul>
 */
@NullMarked
package dev.mcpsession;

import org.jspecify.annotations.NullMarked;
