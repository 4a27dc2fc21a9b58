/**
 * Who has signed in, with which client, and what is kept of it: values, and the interfaces of what
 * keeps them.
 */
@NullMarked
package dev.mcpsession.signin.identity;

import org.jspecify.annotations.NullMarked;
