/**
 * The configuration file: read, validated as a whole, and documented from one table. Imports none
 * of the other packages.
 */
@NullMarked
package dev.mcpsession.config;

import org.jspecify.annotations.NullMarked;
