/** Takes all sessions away before the operator is uninstalled. */
@NullMarked
package dev.mcpsession.cleanup;

import org.jspecify.annotations.NullMarked;
