/** Decides what is said of a template: whether it is valid, and how far its sessions are. Pure. */
@NullMarked
package dev.mcpsession.plan.template;

import org.jspecify.annotations.NullMarked;
