/**
 * What the gateway's costs are measured with: proxies in processes of their own, what they ask, and
 * clients that load them, hold streams open or are lost.
 */
@NullMarked
package dev.mcpsession.bench.gateway;

import org.jspecify.annotations.NullMarked;
