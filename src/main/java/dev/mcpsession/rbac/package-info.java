/** Every permission of ours: the one table that Roles and documents are made from. */
@NullMarked
package dev.mcpsession.rbac;

import org.jspecify.annotations.NullMarked;
