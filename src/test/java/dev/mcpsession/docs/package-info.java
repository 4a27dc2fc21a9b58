/** References in docs/ that are made from the code, and must not drift from it. */
@NullMarked
package dev.mcpsession.docs;

import org.jspecify.annotations.NullMarked;
