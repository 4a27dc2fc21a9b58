/** Deletes all sessions before the operator is uninstalled. */
@NullMarked
package dev.mcpsession.cleanup;

import org.jspecify.annotations.NullMarked;
