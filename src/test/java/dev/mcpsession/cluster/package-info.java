/**
 * A real cluster for tests and benchmarks: where it is, namespaces and users in it, and what else
 * of it a test needs to see or to disturb.
 */
@NullMarked
package dev.mcpsession.cluster;

import org.jspecify.annotations.NullMarked;
