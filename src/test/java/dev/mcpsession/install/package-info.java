/** The operator as its users install it: the image, and the manifests of config/ that run it. */
@NullMarked
package dev.mcpsession.install;

import org.jspecify.annotations.NullMarked;
