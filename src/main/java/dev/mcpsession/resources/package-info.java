/** The desired child objects of a session, as pure functions of it. */
@NullMarked
package dev.mcpsession.resources;

import org.jspecify.annotations.NullMarked;
