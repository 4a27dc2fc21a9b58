/** Programs of the machine that tests run. */
@NullMarked
package dev.mcpsession.external;

import org.jspecify.annotations.NullMarked;
