/** What people see, as HTML. */
@NullMarked
package dev.mcpsession.signin.page;

import org.jspecify.annotations.NullMarked;
