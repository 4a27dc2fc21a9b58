/** What decisions are made from: the session, its children, what this process remembers. Pure. */
@NullMarked
package dev.mcpsession.plan.observed;

import org.jspecify.annotations.NullMarked;
