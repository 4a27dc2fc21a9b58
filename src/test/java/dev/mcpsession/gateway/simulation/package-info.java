/** The gateway's decisions against a model of everything around it, in virtual time. */
@NullMarked
package dev.mcpsession.gateway.simulation;

import org.jspecify.annotations.NullMarked;
