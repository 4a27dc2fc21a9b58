/** What the informers hold of sessions, their children and nodes. */
@NullMarked
package dev.mcpsession.reconcile.cache;

import org.jspecify.annotations.NullMarked;
