/**
 * The container image: how its AOT cache is made at the end of the build, and that it works in a
 * cluster.
 */
@NullMarked
package dev.mcpsession.image;

import org.jspecify.annotations.NullMarked;
