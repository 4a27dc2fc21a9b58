/**
 * The alerts and the dashboard that the chart ships: what they ask for exists, and they say so when
 * they should.
 */
@NullMarked
package dev.mcpsession.monitoring;

import org.jspecify.annotations.NullMarked;
