/** PURE. What is to be done with a request. */
@NullMarked
package dev.mcpsession.gateway.route;

import org.jspecify.annotations.NullMarked;
