/** A container image in a file: its metadata, and its files in a folder. */
@NullMarked
package dev.mcpsession.image;

import org.jspecify.annotations.NullMarked;
