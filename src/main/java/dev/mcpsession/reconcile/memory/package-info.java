/** What this process remembers of each session, and may lose at any moment: one entry a session. */
@NullMarked
package dev.mcpsession.reconcile.memory;

import org.jspecify.annotations.NullMarked;
