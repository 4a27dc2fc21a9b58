/** The JOSDK adapter: from events to observations, and the only code that writes. */
@NullMarked
package dev.mcpsession.reconcile;

import org.jspecify.annotations.NullMarked;
