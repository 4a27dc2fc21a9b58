/**
 * PURE but for randomness. The keys that tokens are signed with, and that values which go through
 * browsers and clients are sealed with.
 */
@NullMarked
package dev.mcpsession.signin.key;

import org.jspecify.annotations.NullMarked;
