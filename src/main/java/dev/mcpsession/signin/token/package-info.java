/** PURE. What a code and a refresh token are worth. */
@NullMarked
package dev.mcpsession.signin.token;

import org.jspecify.annotations.NullMarked;
