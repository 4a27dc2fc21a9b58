/**
 * How the build makes the AOT cache of the container image: the image's own JVM runs the operator
 * in front of an embedded cluster. Part of the build, not a test; uses nothing of the tests but
 * what is a room of fixtures: {@link dev.mcpsession.embedded} and {@link dev.mcpsession.image}.
 */
@NullMarked
package dev.mcpsession.training;

import org.jspecify.annotations.NullMarked;
