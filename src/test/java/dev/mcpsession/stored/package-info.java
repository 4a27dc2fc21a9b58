/** What an earlier version of the operator left in a cluster. */
@NullMarked
package dev.mcpsession.stored;

import org.jspecify.annotations.NullMarked;
