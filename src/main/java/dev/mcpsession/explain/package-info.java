/** What is seen of one session and planned for it, in words for people. Pure. */
@NullMarked
package dev.mcpsession.explain;

import org.jspecify.annotations.NullMarked;
