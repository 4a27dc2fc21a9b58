/**
 * A real cluster for tests and benchmarks: its address, namespaces and users, and whatever else of
 * it a test needs to observe or disturb.
 */
@NullMarked
package dev.mcpsession.cluster;

import org.jspecify.annotations.NullMarked;
