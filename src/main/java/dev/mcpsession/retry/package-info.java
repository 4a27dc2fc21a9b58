/** How a thread waits before a retry. */
@NullMarked
package dev.mcpsession.retry;

import org.jspecify.annotations.NullMarked;
