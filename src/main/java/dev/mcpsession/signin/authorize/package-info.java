/**
 * PURE. What is to be done with a request for authorization, from the client's first to the code
 * that answers it.
 */
@NullMarked
package dev.mcpsession.signin.authorize;

import org.jspecify.annotations.NullMarked;
