/** How long whoever failed waits before the next try: one doubling delay, and one way to sleep. */
@NullMarked
package dev.mcpsession.retry;

import org.jspecify.annotations.NullMarked;
