/**
 * Templates and users' sessions in Kubernetes: their caches, what is done until one serves, and
 * reports of use. With {@code gateway.connection} the only part of the gateway that writes to
 * Kubernetes.
 */
@NullMarked
package dev.mcpsession.gateway.kubernetes;

import org.jspecify.annotations.NullMarked;
