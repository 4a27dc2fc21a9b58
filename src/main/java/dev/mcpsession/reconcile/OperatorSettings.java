package dev.mcpsession.reconcile;

import java.util.Set;

/**
 * Which sessions an operator works on, and with what limits.
 *
 * @param namespaces empty: all
 * @param maxConcurrentReplacements how many sessions may be replaced at the same time
 * @param watchTokenSecrets whether source Secrets are watched, which needs the right to list and
 *     watch Secrets; otherwise a Secret is read when it is needed
 * @param watchNodes whether sessions move away from departing nodes
 */
public record OperatorSettings(
    Set<String> namespaces,
    int maxConcurrentReplacements,
    boolean watchTokenSecrets,
    boolean watchNodes) {}
