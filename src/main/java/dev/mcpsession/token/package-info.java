/**
 * Where upstream tokens come from. A token's value is never printed; only its {@link TokenInfo} is
 * passed on to be shown.
 */
@NullMarked
package dev.mcpsession.token;

import org.jspecify.annotations.NullMarked;
