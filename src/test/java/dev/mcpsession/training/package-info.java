/**
 * How the build makes the AOT cache of the container image: the image's own JVM runs the operator
 * in front of an embedded cluster. Part of the build, not a test; of the tests it uses only two
 * packages of fixtures: {@link dev.mcpsession.embedded} and {@link dev.mcpsession.image}.
 */
@NullMarked
package dev.mcpsession.training;

import org.jspecify.annotations.NullMarked;
