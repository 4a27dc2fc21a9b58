/** Every meter of the operator: its name, labels and meaning. */
@NullMarked
package dev.mcpsession.metrics;

import org.jspecify.annotations.NullMarked;
