/** The input of decisions: the session, its children, what this process remembers. Pure. */
@NullMarked
package dev.mcpsession.plan.observed;

import org.jspecify.annotations.NullMarked;
