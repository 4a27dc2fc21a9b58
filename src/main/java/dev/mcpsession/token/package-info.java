/**
 * Where upstream tokens come from. A token's value is never printed: only its {@link TokenInfo}
 * travels.
 */
@NullMarked
package dev.mcpsession.token;

import org.jspecify.annotations.NullMarked;
