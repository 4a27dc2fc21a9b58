/** Everything at once for a long time, with random kills; then whether anything is left. */
@NullMarked
package dev.mcpsession.soak;

import org.jspecify.annotations.NullMarked;
