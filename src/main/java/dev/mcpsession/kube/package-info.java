/**
 * How any role talks to Kubernetes: client, kubeconfig, write guard, errors, deletes with
 * preconditions.
 */
@NullMarked
package dev.mcpsession.kube;

import org.jspecify.annotations.NullMarked;
