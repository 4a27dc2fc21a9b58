/** What this process remembers of one session, and may lose at any moment. */
@NullMarked
package dev.mcpsession.reconcile.memory;

import org.jspecify.annotations.NullMarked;
