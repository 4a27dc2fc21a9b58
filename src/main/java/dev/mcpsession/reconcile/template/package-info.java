/** Watches over templates: checks them, and says how far their sessions are. */
@NullMarked
package dev.mcpsession.reconcile.template;

import org.jspecify.annotations.NullMarked;
