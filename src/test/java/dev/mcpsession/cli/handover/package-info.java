/** What becomes of sessions and grants when another replica takes over. */
@NullMarked
package dev.mcpsession.cli.handover;

import org.jspecify.annotations.NullMarked;
