/** Explains to people what is observed of one session and planned for it. Writes nothing. */
@NullMarked
package dev.mcpsession.explain;

import org.jspecify.annotations.NullMarked;
