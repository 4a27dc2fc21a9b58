/**
 * The command line and the composition roots: the only place with the system clock and the
 * environment. Imported by none of the other packages.
 */
@NullMarked
package dev.mcpsession.cli;

import org.jspecify.annotations.NullMarked;
