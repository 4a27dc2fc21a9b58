/** The only code that writes to Kubernetes: a session's children, budgets and Events. */
@NullMarked
package dev.mcpsession.reconcile.write;

import org.jspecify.annotations.NullMarked;
