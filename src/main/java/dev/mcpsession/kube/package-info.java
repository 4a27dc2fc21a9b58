/**
 * Access to Kubernetes for every role of the jar: client, kubeconfig, write guard, errors, deletes
 * with preconditions.
 */
@NullMarked
package dev.mcpsession.kube;

import org.jspecify.annotations.NullMarked;
