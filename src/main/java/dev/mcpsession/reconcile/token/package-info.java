/** Calls of token sources and revocations, in the background. */
@NullMarked
package dev.mcpsession.reconcile.token;

import org.jspecify.annotations.NullMarked;
