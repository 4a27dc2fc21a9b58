/** Sign-ins, grants and keys as Secrets: the only part that reads or writes them. */
@NullMarked
package dev.mcpsession.signin.kubernetes;

import org.jspecify.annotations.NullMarked;
