/** PURE. The course of a request to its backend: what is done next, from what has happened. */
@NullMarked
package dev.mcpsession.gateway.course;

import org.jspecify.annotations.NullMarked;
