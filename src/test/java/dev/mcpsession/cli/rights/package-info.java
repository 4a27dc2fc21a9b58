/** What the operator does with no more rights than it needs, and with less. */
@NullMarked
package dev.mcpsession.cli.rights;

import org.jspecify.annotations.NullMarked;
