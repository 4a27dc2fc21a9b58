/**
 * The command line and the composition roots: the only code that reads the system clock and the
 * environment. No other package imports it.
 */
@NullMarked
package dev.mcpsession.cli;

import org.jspecify.annotations.NullMarked;
