/** What becomes of sessions when another version of CRD and operator takes over. */
@NullMarked
package dev.mcpsession.cli.upgrade;

import org.jspecify.annotations.NullMarked;
