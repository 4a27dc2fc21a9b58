/** A container image in a file: what it says of itself, and its files in a folder. */
@NullMarked
package dev.mcpsession.image;

import org.jspecify.annotations.NullMarked;
