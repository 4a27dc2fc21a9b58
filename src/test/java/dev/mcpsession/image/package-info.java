/** How the build makes the AOT cache of the container image. */
@NullMarked
package dev.mcpsession.image;

import org.jspecify.annotations.NullMarked;
