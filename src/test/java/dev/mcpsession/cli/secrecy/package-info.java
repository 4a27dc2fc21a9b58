/** That no token and no grant is seen anywhere but in Secrets. */
@NullMarked
package dev.mcpsession.cli.secrecy;

import org.jspecify.annotations.NullMarked;
