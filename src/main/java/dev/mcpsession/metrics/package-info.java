/** Every meter of ours: its name, its labels, what it means. */
@NullMarked
package dev.mcpsession.metrics;

import org.jspecify.annotations.NullMarked;
