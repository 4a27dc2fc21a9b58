/** What retries share: how long they wait, doubling the delay, and how a thread sleeps. */
@NullMarked
package dev.mcpsession.retry;

import org.jspecify.annotations.NullMarked;
