/** Messages and log records on one line. */
@NullMarked
package dev.mcpsession.text;

import org.jspecify.annotations.NullMarked;
